-- Takes tokens from a bucket that fills by itself. All or none.
--
-- KEYS 1  the bucket {bucket:<name>}: fields level (tokens, a fraction), at (microseconds since 1970)
-- ARGV 1  now, in microseconds since 1970
--      2  tokens per second, above 0
--      3  how many it holds at the most
--      4  tokens to take; 0 looks only
--
-- Returns {1 when allowed else 0, whole tokens left, microseconds until so many are there (0 when allowed), microseconds until it is full}
local now, rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local level, at = unpack(redis.call('HMGET', KEYS[1], 'level', 'at'))
if level then
  -- A caller whose clock is behind neither fills the bucket nor sets its time back.
  at = tonumber(at)
  level = math.min(burst, tonumber(level) + math.max(0, now - at) * rate / 1000000)
  now = math.max(now, at)
else
  level = burst
end
-- Fractions of a token are lost to rounding; a thousandth of one is no reason to refuse.
local allowed = level + 0.001 >= wanted
local wait = 0
if allowed then
  level = math.max(0, level - wanted)
else
  wait = math.ceil((wanted - level) * 1000000 / rate)
end
local full = math.ceil((burst - level) * 1000000 / rate)
redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level), 'at', string.format('%.0f', now))
-- A full bucket is no bucket: Redis forgets it soon after it has filled.
redis.call('PEXPIRE', KEYS[1], math.ceil(full / 1000) + 60000)
return {allowed and 1 or 0, math.floor(level + 0.001), wait, full}
