-- with: sale
-- Held -> given back; the buyer's mark goes too, the admission stays used.
--
-- KEYS 2  the reservation
-- ARGV 1  its name in the sorted sets
--      2  only of this generation; '' for any
--      3  why it ended
--      4  in words; '' for none
--
-- Returns {'DONE'} | {'ALREADY'} | {'NONE'} | {'REFUSED'}: sold, or of another generation
local state, quantity, user, generation = unpack(redis.call('HMGET', KEYS[2], 'state', 'quantity', 'user', 'gen'))
if not state then return {'NONE'} end
if state == 'released' then return {'ALREADY'} end
if state ~= 'held' or (ARGV[2] ~= '' and ARGV[2] ~= generation) then return {'REFUSED'} end
redis.call('HINCRBY', KEYS[1], 'held', '-' .. quantity)
redis.call('HSET', KEYS[1], 'dry', '0')
mark(user, -tonumber(quantity))
redis.call('HSET', KEYS[2], 'state', 'released', 'unkept', '', 'end', ARGV[3], 'reason', ARGV[4])
redis.call('ZREM', PART .. 'unkept', ARGV[1])
moved()
return {'DONE'}
