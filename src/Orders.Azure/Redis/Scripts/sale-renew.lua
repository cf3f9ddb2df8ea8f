-- with: sale, sale-epoch
-- Makes a waiting reservation younger, in a new generation, and tells what it is.
--
-- KEYS 2  the reservation
-- ARGV 3  now, in microseconds since 1970
--      4  its name in the sorted sets
--
-- Returns its fields in the order of sale.lua; nothing for one that is not there
local state, unkept, generation = unpack(redis.call('HMGET', KEYS[2], 'state', 'unkept', 'gen'))
if not state then return answer({}) end
if state == 'held' and unkept ~= '' then
  redis.call('HSET', KEYS[2], 'gen', text(tonumber(generation) + 1), 'unkept', ARGV[3])
  redis.call('ZADD', PART .. 'unkept', ARGV[3], ARGV[4])
end
return wrote(told(KEYS[2]))
