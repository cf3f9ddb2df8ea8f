-- with: sale
-- What has been put into a part that is not open yet.
--
-- ARGV    none
--
-- Returns {units held, units sold, reservations}
local f = redis.call('HMGET', KEYS[1], 'held', 'sold')
return {tonumber(f[1] or '0'), tonumber(f[2] or '0'), redis.call('ZCARD', PART .. 'holds')}
