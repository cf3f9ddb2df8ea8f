-- with: sale
-- Held -> sold. What was given back or never there is taken from what is left, whatever the buyer's limit.
--
-- KEYS 2  the reservation
-- ARGV 1  now, in microseconds since 1970
--      2  its name in the sorted sets
--      3  the buyer
--      4  the SKU, when there is no reservation
--      5  units, when there is no reservation
--
-- Returns {'DONE'} | {'ALREADY'} | {'NONE'}: no such sale | {'EMPTY', units left here, units wanted}: ask the other parts
local state, quantity, user = unpack(redis.call('HMGET', KEYS[2], 'state', 'quantity', 'user'))
if state == 'sold' then return {'ALREADY'} end
local all, held, sold, left = counts()
if not all then return {'NONE'} end
quantity = quantity or ARGV[5]
if state == 'held' then
  redis.call('HINCRBY', KEYS[1], 'held', '-' .. quantity)
else
  if left < tonumber(quantity) then return {'EMPTY', text(left), quantity} end
  mark(ARGV[3], tonumber(quantity))
end
redis.call('HINCRBY', KEYS[1], 'sold', quantity)
if not state then
  redis.call('HSET', KEYS[2], 'user', ARGV[3], 'sku', ARGV[4], 'quantity', quantity, 'admission', '', 'fingerprint', '', 'gen', '1', 'at', ARGV[1])
  redis.call('ZADD', PART .. 'holds', 0, ARGV[2])
end
redis.call('HSET', KEYS[2], 'state', 'sold', 'unkept', '', 'end', '', 'reason', '')
redis.call('ZREM', PART .. 'unkept', ARGV[2])
return {'DONE'}
