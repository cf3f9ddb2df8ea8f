-- Takes tokens from a bucket that fills by itself, all or none. The bucket is the time until it is full again: what was taken under another rule comes back
-- in the time that it had.
--
-- KEYS 1  the bucket {bucket:<name>}: fields second and tick (when it was asked last), debt (ticks until it was full, then); a tick is
--         100 nanoseconds
-- ARGV 1  now: whole seconds since 1970
--      2  now: ticks of the second (ticks since 1970 are more than Lua counts exactly)
--      3  ticks in which one token comes back
--      4  how many it holds at the most
--      5  tokens to take
--
-- Returns {1 when they were taken else 0, whole tokens left, ticks until so many are there (0 when taken), ticks until it is full}; the last two as text
local second, tick, token, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local last = redis.call('HMGET', KEYS[1], 'second', 'tick', 'debt')
local debt = tonumber(last[3]) or 0
if last[1] then
  local elapsed = (second - tonumber(last[1])) * 10000000 + tick - tonumber(last[2])
  if elapsed >= 0 then
    debt = math.max(0, debt - elapsed)
  else
    -- A caller whose clock is behind neither fills the bucket nor sets its time back.
    second, tick = tonumber(last[1]), tonumber(last[2])
  end
end
-- No later than an empty bucket would be full: after a smaller rule nobody waits for longer.
debt = math.min(debt, burst * token)
local function text(number) return string.format('%.0f', number) end
local after = debt + wanted * token
local wait = after - burst * token
if wait <= 0 then debt = after end
local left = math.max(0, math.floor((burst * token - debt) / token))
if debt == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'second', text(second), 'tick', text(tick), 'debt', text(debt))
  -- Full is as good as forgotten. A minute more, for clocks that differ.
  redis.call('PEXPIRE', KEYS[1], text(math.ceil(debt / 10000) + 60000))
end
return {wait <= 0 and 1 or 0, left, wait <= 0 and '0' or text(wait), text(debt)}
