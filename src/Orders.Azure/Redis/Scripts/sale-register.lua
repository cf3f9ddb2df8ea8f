-- Tells in how many parts a sale is split, and decides it once.
--
-- KEYS 1  {sales}, a hash: parts by sale
-- ARGV 1  the sale
--      2  the parts of a sale that is not there yet; '' to ask only
--
-- Returns the parts as text; '' for a sale that was never set
if ARGV[2] ~= '' then redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) end
return redis.call('HGET', KEYS[1], ARGV[1]) or ''
