-- with: sale
-- Holds units for an order-to-be: counter, reservation, the buyer's mark and the use of the admission in one call. A repetition holds nothing more.
--
-- KEYS 2  the reservation
-- ARGV 1  now, in microseconds since 1970
--      2  its name in the sorted sets: <order>:<n in 10 digits>:<user>
--      3  the buyer
--      4  the SKU
--      5  units
--      6  the admission; '' for none
--      7  fingerprint of the request
--
-- Returns {'HELD', generation, at} | {'OTHER'} | {'ENDED'} | {'NONE'}: no such sale | {'USED'} | {'LIMIT', units that the buyer may take}
--         | {'OUT', units left in the sale} | {'EMPTY', units left here}: ask the other parts
local user, sku, quantity, admission, fingerprint, state, generation, at, unkept = unpack(told(KEYS[2]))
if state then
  if user ~= ARGV[3] or sku ~= ARGV[4] or quantity ~= ARGV[5] or admission ~= ARGV[6] or fingerprint ~= ARGV[7] then return {'OTHER'} end
  if state ~= 'held' then return {'ENDED'} end
  generation = text(tonumber(generation) + 1)
  redis.call('HSET', KEYS[2], 'gen', generation)
  if unkept ~= '' then
    redis.call('HSET', KEYS[2], 'unkept', ARGV[1])
    redis.call('ZADD', PART .. 'unkept', ARGV[1], ARGV[2])
  end
  return {'HELD', generation, at}
end
local all, held, sold, left = counts()
if not all then return {'NONE'} end
if ARGV[6] ~= '' and redis.call('HEXISTS', PART .. 'admissions', ARGV[6]) == 1 then return {'USED'} end
local units = tonumber(ARGV[5])
local perBuyer, dry, dryLeft = unpack(redis.call('HMGET', KEYS[1], 'perBuyer', 'dry', 'dryLeft'))
local may = tonumber(perBuyer) - tonumber(redis.call('HGET', PART .. 'buyer', ARGV[3]) or '0')
if units > may then return {'LIMIT', text(math.max(0, may))} end
if left < units then
  if tonumber(dry) > tonumber(ARGV[1]) and units > tonumber(dryLeft) then return {'OUT', dryLeft} end
  return {'EMPTY', text(left)}
end
redis.call('HINCRBY', KEYS[1], 'held', ARGV[5])
mark(ARGV[3], units)
if ARGV[6] ~= '' then redis.call('HSET', PART .. 'admissions', ARGV[6], ARGV[2]) end
redis.call('HSET', KEYS[2], 'user', ARGV[3], 'sku', ARGV[4], 'quantity', ARGV[5], 'admission', ARGV[6], 'fingerprint', ARGV[7],
  'state', 'held', 'gen', '1', 'at', ARGV[1], 'unkept', ARGV[1], 'end', '', 'reason', '')
redis.call('ZADD', PART .. 'unkept', ARGV[1], ARGV[2])
redis.call('ZADD', PART .. 'holds', 0, ARGV[2])
return {'HELD', '1', ARGV[1]}
