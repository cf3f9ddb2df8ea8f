-- Begins an epoch that has been built.
--
-- KEYS 1  {stock}:epoch
-- ARGV 1  the epoch
--
-- Returns 1 when it is the epoch now, 0 when a later one is
if tonumber(redis.call('GET', KEYS[1]) or '0') > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
