-- with: sale, sale-epoch
-- The turn of a request that was given its place: makes it younger, as sale-renew does. Where nothing is known of the place, it was lost with other
-- counters: its units are held anew, and the admission is used, whenever it was given; not if that was used for another order since.
--
-- KEYS 2  the reservation
-- ARGV 3  now, in microseconds since 1970
--      4  its name in the sorted sets
--      5  the buyer
--      6  the SKU
--      7  units
--      8  the admission; '' for none
--      9  fingerprint of the request
--     10  '1' when the whole sale has too few: then it is written down as given back
--
-- Returns {'TOLD', its fields in the order of sale.lua} | {'EMPTY', units left here}: ask the other parts
local state, unkept, generation = unpack(redis.call('HMGET', KEYS[2], 'state', 'unkept', 'gen'))
if state then
  if state == 'held' and unkept ~= '' then
    redis.call('HSET', KEYS[2], 'gen', text(tonumber(generation) + 1), 'unkept', ARGV[3])
    redis.call('ZADD', PART .. 'unkept', ARGV[3], ARGV[4])
  end
  return wrote({'TOLD', unpack(told(KEYS[2]))})
end
if ARGV[8] ~= '' and redis.call('HEXISTS', PART .. 'admissions', ARGV[8]) == 1 then
  write(KEYS[2], ARGV[4], ARGV[5], ARGV[6], ARGV[7], '', ARGV[9], 'released', ARGV[3], '', 'Failed')
  return wrote({'TOLD', unpack(told(KEYS[2]))})
end
local units = tonumber(ARGV[7])
local all, held, sold, left = counts()
local may = tonumber(redis.call('HGET', KEYS[1], 'perBuyer')) - tonumber(redis.call('HGET', PART .. 'buyer', ARGV[5]) or '0')
if units <= may and left < units and ARGV[10] ~= '1' then return answer({'EMPTY', text(left)}) end
if ARGV[8] ~= '' then redis.call('HSET', PART .. 'admissions', ARGV[8], ARGV[4]) end
if units > may or left < units then
  write(KEYS[2], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], 'released', ARGV[3], '', units > may and 'Failed' or 'OutOfStock')
else
  redis.call('HINCRBY', KEYS[1], 'held', ARGV[7])
  mark(ARGV[5], units)
  write(KEYS[2], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], 'held', ARGV[3], ARGV[3], '')
  redis.call('ZADD', PART .. 'unkept', ARGV[3], ARGV[4])
end
return wrote({'TOLD', unpack(told(KEYS[2]))})
