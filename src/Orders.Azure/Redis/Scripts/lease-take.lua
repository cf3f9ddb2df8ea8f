-- Takes a lease that nobody has, that has run out, or that this instance has and nobody there uses (its answer was lost, or its release was). Its fencing
-- token is above every one before: the last one plus one, or the time, whichever is more, so that tokens grow over a loss of data too.
--
-- KEYS 1  the lease {lease:<name>}: fields token, until, owner, instance. It has no expiry: the last token stays known
-- ARGV 1  now, in microseconds since 1970
--      2  until when, in microseconds since 1970
--      3  the owner: drawn by the caller, the same in all tries of one call
--      4  the caller's instance, which asks only for what nobody in it has
--
-- Returns {token, until} as text, or {} when another instance has it
local token, deadline, owner, instance = unpack(redis.call('HMGET', KEYS[1], 'token', 'until', 'owner', 'instance'))
local now = tonumber(ARGV[1])
if owner and owner ~= '' and now < tonumber(deadline) then
  if owner == ARGV[3] then return {token, deadline} end
  if instance ~= ARGV[4] then return {} end
end
token = string.format('%.0f', math.max(tonumber(token or '0') + 1, now))
redis.call('HSET', KEYS[1], 'token', token, 'until', ARGV[2], 'owner', ARGV[3], 'instance', ARGV[4])
return {token, ARGV[2]}
