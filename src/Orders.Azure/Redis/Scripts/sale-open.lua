-- with: sale
-- Opens a part that has been built, if all is still there that was put into it.
--
-- ARGV 1  units that are left here
--      2  units per buyer
--      3  admissions given before are refused, in microseconds since 1970
--      4  the fencing token of who builds
--      5  reservations that were put there, at least
--
-- Returns 1 when it is open, 0 when something was lost since
if redis.call('ZCARD', PART .. 'holds') < tonumber(ARGV[5]) then return 0 end
local f = redis.call('HMGET', KEYS[1], 'held', 'sold')
local held, sold = tonumber(f[1] or '0'), tonumber(f[2] or '0')
redis.call('HSET', KEYS[1], 'quantity', text(held + sold + tonumber(ARGV[1])), 'held', text(held), 'sold', text(sold), 'perBuyer', ARGV[2], 'since', ARGV[3],
  'fence', ARGV[4], 'moves', '0', 'dry', '0', 'dryLeft', '0', 'open', '1')
return 1
