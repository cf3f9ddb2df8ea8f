-- with: sale
-- Ends a part's epoch: from now on every call is refused.
--
-- ARGV    none
--
-- Returns 1
redis.call('HDEL', KEYS[1], 'open')
return 1
