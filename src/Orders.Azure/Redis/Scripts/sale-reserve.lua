-- with: sale, sale-epoch
-- Holds units for an order-to-be: counter, reservation, the buyer's mark and the use of the admission in one call. A repetition holds nothing more.
--
-- KEYS 2  the reservation
-- ARGV 3  now, in microseconds since 1970
--      4  its name in the sorted sets: <order>:<n in 10 digits>:<user>
--      5  the buyer
--      6  the SKU
--      7  units
--      8  the admission; '' for none
--      9  fingerprint of the request
--     10  when the admission was given, in microseconds since 1970
--
-- Returns {'HELD', generation, at} | {'OTHER'} | {'ENDED'} | {'USED'}: the admission, or it was given before the counters were built anew, which know of
--         no use then | {'LIMIT', units that the buyer may take} | {'OUT', units left in the sale} | {'EMPTY', units left here}: ask the other parts
local user, sku, quantity, admission, fingerprint, state, generation, at, unkept = unpack(told(KEYS[2]))
if state then
  -- Without a fingerprint only its order is known any more: then the units decide.
  if user ~= ARGV[5] or sku ~= ARGV[6] or quantity ~= ARGV[7] or (fingerprint ~= '' and (admission ~= ARGV[8] or fingerprint ~= ARGV[9])) then
    return answer({'OTHER'})
  end
  if state ~= 'held' then return answer({'ENDED'}) end
  generation = text(tonumber(generation) + 1)
  redis.call('HSET', KEYS[2], 'gen', generation)
  if unkept ~= '' then
    redis.call('HSET', KEYS[2], 'unkept', ARGV[3])
    redis.call('ZADD', PART .. 'unkept', ARGV[3], ARGV[4])
  end
  return wrote({'HELD', generation, at})
end
local units = tonumber(ARGV[7])
local perBuyer, dry, dryLeft, since = unpack(redis.call('HMGET', KEYS[1], 'perBuyer', 'dry', 'dryLeft', 'since'))
if ARGV[8] ~= '' and (tonumber(ARGV[10]) < tonumber(since) or redis.call('HEXISTS', PART .. 'admissions', ARGV[8]) == 1) then return answer({'USED'}) end
local may = tonumber(perBuyer) - tonumber(redis.call('HGET', PART .. 'buyer', ARGV[5]) or '0')
if units > may then return answer({'LIMIT', text(math.max(0, may))}) end
local all, held, sold, left = counts()
if left < units then
  if tonumber(dry) > tonumber(ARGV[3]) and units > tonumber(dryLeft) then return answer({'OUT', dryLeft}) end
  return answer({'EMPTY', text(left)})
end
redis.call('HINCRBY', KEYS[1], 'held', ARGV[7])
mark(ARGV[5], units)
if ARGV[8] ~= '' then redis.call('HSET', PART .. 'admissions', ARGV[8], ARGV[4]) end
write(KEYS[2], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], 'held', ARGV[3], ARGV[3], '')
redis.call('ZADD', PART .. 'unkept', ARGV[3], ARGV[4])
return wrote({'HELD', '1', ARGV[3]})
