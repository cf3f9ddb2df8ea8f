-- with: sale, sale-epoch
-- The order exists: the reservation lives as long as it.
--
-- KEYS 2  the reservation
-- ARGV 3  its name in the sorted sets
--
-- Returns 1 when it is held or sold, else 0
local state = redis.call('HGET', KEYS[2], 'state')
if state ~= 'held' and state ~= 'sold' then return answer(0) end
redis.call('HSET', KEYS[2], 'unkept', '')
redis.call('ZREM', PART .. 'unkept', ARGV[3])
return wrote(1)
