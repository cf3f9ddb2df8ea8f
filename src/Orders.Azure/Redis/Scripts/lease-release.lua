-- Gives a lease back, if it is still the caller's. Its token stays, so that the next one is above it.
--
-- KEYS 1  the lease {lease:<name>}
-- ARGV 1  the fencing token
--
-- Returns 1 when it was given back, else 0
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'owner', '')
return 1
