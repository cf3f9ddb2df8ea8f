-- with: sale
-- Remembers for a moment how few units the whole sale has left, so that a refusal costs one call; or forgets it.
--
-- ARGV 1  until when, in microseconds since 1970; '0' forgets it
--      2  units left
--
-- Returns 1
if counts() then redis.call('HSET', KEYS[1], 'dry', ARGV[1], 'dryLeft', ARGV[2]) end
return 1
