-- with: sale, sale-epoch
-- Remembers for a moment how few units the whole sale has left, so that a refusal costs one call; or forgets it.
--
-- ARGV 3  until when, in microseconds since 1970; '0' forgets it
--      4  units left
--
-- Returns 1
redis.call('HSET', KEYS[1], 'dry', ARGV[3], 'dryLeft', ARGV[4])
return wrote(1)
