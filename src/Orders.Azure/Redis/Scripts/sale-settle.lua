-- with: sale, sale-epoch
-- Held -> sold. What was given back or never there is taken from what is left, whatever the buyer's limit.
--
-- KEYS 2  the reservation
-- ARGV 3  now, in microseconds since 1970
--      4  its name in the sorted sets
--      5  the buyer
--      6  the SKU, when there is no reservation
--      7  units, when there is no reservation
--
-- Returns {'DONE'} | {'ALREADY'} | {'EMPTY', units left here, units wanted}: ask the other parts
local state, quantity, user = unpack(redis.call('HMGET', KEYS[2], 'state', 'quantity', 'user'))
if state == 'sold' then return answer({'ALREADY'}) end
local all, held, sold, left = counts()
quantity = quantity or ARGV[7]
if state == 'held' then
  redis.call('HINCRBY', KEYS[1], 'held', '-' .. quantity)
else
  if left < tonumber(quantity) then return answer({'EMPTY', text(left), quantity}) end
  mark(ARGV[5], tonumber(quantity))
end
redis.call('HINCRBY', KEYS[1], 'sold', quantity)
if not state then
  write(KEYS[2], ARGV[4], ARGV[5], ARGV[6], quantity, '', '', 'sold', ARGV[3], '', '')
end
redis.call('HSET', KEYS[2], 'state', 'sold', 'unkept', '', 'end', '', 'reason', '')
redis.call('ZREM', PART .. 'unkept', ARGV[4])
return wrote({'DONE'})
