-- Renews a lease that is still the caller's. One that has run out is not renewed, even if nobody took it meanwhile.
--
-- KEYS 1  the lease {lease:<name>}
-- ARGV 1  now, in microseconds since 1970
--      2  until when, in microseconds since 1970
--      3  the fencing token
--
-- Returns 1 when it is renewed, else 0
local token, deadline, owner = unpack(redis.call('HMGET', KEYS[1], 'token', 'until', 'owner'))
if not owner or owner == '' or token ~= ARGV[3] or tonumber(ARGV[1]) >= tonumber(deadline) then return 0 end
redis.call('HSET', KEYS[1], 'until', ARGV[2])
return 1
