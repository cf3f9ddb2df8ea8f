-- with: stock
-- Changes the stock of a SKU, once per key. A SKU that was never stocked begins at 0.
--
-- ARGV 4  the SKU
--      5  'BY' or 'TO'
--      6  units
--      7  the adjustment's key
--      8  why
--      9  the largest stock
--
-- Returns {'EPOCH'} | {'REFUSED', 0}: below what is held and sold, below 0 or too large; the key is free
--         | {'DONE', writes, movement, at, units added, stock, held, sold, backorder, cap, unpaid, window}, now or before
if fenced() then return {'EPOCH'} end
local key, adjusted = SPACE .. 'sku:' .. ARGV[4], SPACE .. 'adjusted:' .. ARGV[7]
local before = redis.call('HMGET', adjusted, 'moved', 'at', 'units')
if before[1] then return {'DONE', 0, before[1], before[2], before[3], unpack(told(level(ARGV[4])))} end
local l = level(ARGV[4]) or {stock = 0, held = 0, sold = 0, backorder = 0}
local stock = tonumber(ARGV[6])
if ARGV[5] == 'BY' then stock = stock + l.stock end
if stock < 0 or stock > tonumber(ARGV[9]) or stock + l.backorder < l.held + l.sold then return {'REFUSED', 0} end
local units = text(stock - l.stock)
redis.call('HSET', key, 'stock', text(stock), 'held', text(l.held), 'sold', text(l.sold), 'backorder', text(l.backorder))
redis.call('HINCRBY', key, 'v', 1)
local number = move('is', 'adjusted', 'sku', ARGV[4], 'units', units, 'key', ARGV[7], 'reason', ARGV[8])
redis.call('HSET', adjusted, 'moved', number, 'at', NOW, 'units', units)
redis.call('PEXPIRE', adjusted, KEPT)
return {'DONE', written(), number, NOW, units, unpack(told(level(ARGV[4])))}
