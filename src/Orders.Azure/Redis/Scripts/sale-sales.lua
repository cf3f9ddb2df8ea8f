-- Lists the sales with their parts.
--
-- KEYS 1  {sales}
-- ARGV    none
--
-- Returns {sale, parts, sale, …}
return redis.call('HGETALL', KEYS[1])
