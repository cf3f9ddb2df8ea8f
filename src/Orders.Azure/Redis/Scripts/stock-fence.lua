-- Ends an epoch: from now on every call is refused until the next one is published.
--
-- KEYS 1  {stock}:epoch
-- ARGV    none
--
-- Returns 1
redis.call('DEL', KEYS[1])
return 1
