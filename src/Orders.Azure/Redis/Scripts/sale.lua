-- Common to the scripts of a sale's parts; no script of its own. The units of a sale are split over parts; a buyer's reservations, mark and admissions all
-- live in one of them, the buyer's home, so that one call there is atomic. Units come from the others when the home has none left.
--
-- KEYS 1  {sale:<id>:<part>}:<epoch>:units, a hash: quantity held sold perBuyer, open (1 once it is built and until it is found to have lost something),
--         since (admissions given before it are refused), fence (the greatest token of who has set it), moves (grows whenever units come, go or are given
--         back), dry (until when it is known that the whole sale has no more than dryLeft)
--
-- What else a script touches has names made of it, all in the part's slot:
--   hold:<order>:<n>  hash: user sku quantity admission fingerprint state (held sold released) gen at unkept end reason
--   buyer             hash: units by buyer, held and sold
--   admissions        hash: the order of each admission that was used
--   unkept            sorted set: waiting reservations by when they were made or renewed
--   holds             sorted set: all reservations, by name
--   sessions          hash: how many calls of each process have written here
--   out               hash: units on their way to another part, by transfer: <part>:<units>
--   in:<transfer>     units that came; expires only once the transfer stands in no 'out' any more
local PART = string.sub(KEYS[1], 1, -6)

local function text(number) return string.format('%.0f', number) end

-- quantity, held, sold and what is left.
local function counts()
  local f = redis.call('HMGET', KEYS[1], 'quantity', 'held', 'sold')
  local quantity, held, sold = tonumber(f[1]), tonumber(f[2]), tonumber(f[3])
  return quantity, held, sold, quantity - held - sold
end

local function moved() redis.call('HINCRBY', KEYS[1], 'moves', 1) end

local function mark(user, units)
  if redis.call('HINCRBY', PART .. 'buyer', user, text(units)) == 0 then redis.call('HDEL', PART .. 'buyer', user) end
end

-- A reservation as it is told: all its fields in order; false for one that is not there.
local function told(hold)
  return redis.call('HMGET', hold, 'user', 'sku', 'quantity', 'admission', 'fingerprint', 'state', 'gen', 'at', 'unkept', 'end', 'reason')
end

-- Writes down a new reservation and its name.
local function write(hold, name, user, sku, quantity, admission, fingerprint, state, at, unkept, ending)
  redis.call('HSET', hold, 'user', user, 'sku', sku, 'quantity', quantity, 'admission', admission, 'fingerprint', fingerprint, 'state', state, 'gen', '1',
    'at', at, 'unkept', unkept, 'end', ending, 'reason', '')
  redis.call('ZADD', PART .. 'holds', 0, name)
end
