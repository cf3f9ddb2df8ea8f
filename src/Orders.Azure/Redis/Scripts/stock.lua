-- Common to the scripts of stock; no script of its own.
--
-- KEYS 1  {stock}:epoch: the epoch whose counters are good, a number; missing while there is none
--      2  {stock}:<epoch>:session:<id>: how many calls of this process have written
-- ARGV 1  the epoch that the caller was told
--      2  how many of its session's writes the caller has had answers for
--      3  now, in microseconds since 1970
--
-- What else a script touches has names made of these, all in the slot of {stock}:
--   {stock}:<epoch>:sku:<sku>           hash: stock held sold backorder cap unpaid window, and v, which grows with each change
--   {stock}:<epoch>:hold:<order>:<n>    hash: state (held sold released) gen due lines user moved
--   {stock}:<epoch>:user:<user>         hash: units held by SKU, the mark of the buyer
--   {stock}:<epoch>:unpaid:<sku>:<user> sorted set: orders that ended unpaid, by when
--   {stock}:<epoch>:due                 sorted set: holds by when the sweep looks at them
--   {stock}:<epoch>:seq                 number of the last movement
--   {stock}:<epoch>:movements           stream: what the ledger has not booked yet, <number>-0
--   {stock}:<epoch>:adjusted:<key>      the movement of an adjustment
--
-- A script that writes checks everything before its first write: Redis undoes nothing when a script fails.
local SPACE = '{stock}:' .. ARGV[1] .. ':'
local NOW = ARGV[3]
-- Records of ended holds and of adjustments; the ledger knows them for ever.
local KEPT = 35 * 24 * 3600 * 1000
local SESSION_KEPT = 7 * 24 * 3600 * 1000
-- A ledger that is so far behind stops new holds: what waits for it is bounded.
local MOST_WAITING = 100000

-- True when this is not what the caller was told of: another epoch, none, or a server that has lost a write which it had answered. The last fences
-- everybody: counters that lost one write may have lost others.
local function fenced()
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return true end
  if tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[2]) then
    redis.call('DEL', KEYS[1])
    return true
  end
  return false
end

-- Counts a write of the caller's session; its number goes into the answer.
local function written()
  local number = redis.call('INCR', KEYS[2])
  redis.call('PEXPIRE', KEYS[2], SESSION_KEPT)
  return number
end

local function text(number) return string.format('%.0f', number) end

-- 'sku:units sku:units' as a list of pairs.
local function parse(lines)
  local result = {}
  for sku, units in string.gmatch(lines, '(%S+):(%d+)') do result[#result + 1] = {sku, tonumber(units)} end
  return result
end

local function level(sku)
  local f = redis.call('HMGET', SPACE .. 'sku:' .. sku, 'stock', 'held', 'sold', 'backorder', 'cap', 'unpaid', 'window', 'v')
  if not f[1] then return nil end
  return {
    stock = tonumber(f[1]), held = tonumber(f[2]), sold = tonumber(f[3]), backorder = tonumber(f[4]),
    cap = tonumber(f[5]), unpaid = tonumber(f[6]), window = tonumber(f[7]), v = tonumber(f[8]),
  }
end

-- What a level is told as: stock, held, sold, backorder, cap, unpaid, window in microseconds; '' for none.
local function told(l)
  return {text(l.stock), text(l.held), text(l.sold), text(l.backorder), l.cap and text(l.cap) or '', l.unpaid and text(l.unpaid) or '', l.window and text(l.window) or ''}
end

-- Moves units of all lines: deduction and mark of the buyer together. held and sold are -1, 0 or 1.
local function count(user, lines, held, sold)
  for _, line in ipairs(lines) do
    local sku, units = line[1], line[2]
    local key = SPACE .. 'sku:' .. sku
    if held ~= 0 then
      redis.call('HINCRBY', key, 'held', text(held * units))
      local mark = SPACE .. 'user:' .. user
      if redis.call('HINCRBY', mark, sku, text(held * units)) == 0 then redis.call('HDEL', mark, sku) end
    end
    if sold ~= 0 then redis.call('HINCRBY', key, 'sold', text(sold * units)) end
    redis.call('HINCRBY', key, 'v', 1)
  end
end

-- Writes down for the ledger what was done; returns the movement's number.
local function move(...)
  local number = text(redis.call('INCR', SPACE .. 'seq'))
  redis.call('XADD', SPACE .. 'movements', number .. '-0', 'at', NOW, ...)
  return number
end

-- The shortest window that the rules of the lines' SKUs give this buyer, in microseconds; '' when they say nothing.
local function window(user, lines, since)
  local shortest
  for _, line in ipairs(lines) do
    local l = level(line[1])
    if l and l.unpaid and l.window and redis.call('ZCOUNT', SPACE .. 'unpaid:' .. line[1] .. ':' .. user, since, '+inf') >= l.unpaid then
      if not shortest or l.window < shortest then shortest = l.window end
    end
  end
  return shortest and text(shortest) or ''
end
