-- with: sale, sale-epoch
-- Held -> given back; the buyer's mark goes too, the admission stays used.
--
-- KEYS 2  the reservation
-- ARGV 3  its name in the sorted sets
--      4  only of this generation; '' for any
--      5  why it ended
--      6  in words; '' for none
--
-- Returns {'DONE'} | {'ALREADY'} | {'NONE'} | {'REFUSED'}: sold, or of another generation
local state, quantity, user, generation = unpack(redis.call('HMGET', KEYS[2], 'state', 'quantity', 'user', 'gen'))
if not state then return answer({'NONE'}) end
if state == 'released' then return answer({'ALREADY'}) end
if state ~= 'held' or (ARGV[4] ~= '' and ARGV[4] ~= generation) then return answer({'REFUSED'}) end
redis.call('HINCRBY', KEYS[1], 'held', '-' .. quantity)
redis.call('HSET', KEYS[1], 'dry', '0')
mark(user, -tonumber(quantity))
redis.call('HSET', KEYS[2], 'state', 'released', 'unkept', '', 'end', ARGV[5], 'reason', ARGV[6])
redis.call('ZREM', PART .. 'unkept', ARGV[3])
moved()
return wrote({'DONE'})
