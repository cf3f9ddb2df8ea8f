-- with: stock
-- Replaces the rules of a SKU. A SKU that was never stocked begins with a stock of 0.
--
-- ARGV 4  the SKU
--      5  backorder
--      6  cap per user; '' for none
--      7  unpaid orders before the short window; '' for none
--      8  the short window in microseconds; '' for none
--
-- Returns {'EPOCH'} | {'REFUSED', 0}: more is held and sold than stock and backorder would allow
--         | {'DONE', writes, movement, stock, held, sold, backorder, cap, unpaid, window}
if fenced() then return {'EPOCH'} end
local key = SPACE .. 'sku:' .. ARGV[4]
local l = level(ARGV[4]) or {stock = 0, held = 0, sold = 0}
if l.stock + tonumber(ARGV[5]) < l.held + l.sold then return {'REFUSED', 0} end
redis.call('HSET', key, 'stock', text(l.stock), 'held', text(l.held), 'sold', text(l.sold), 'backorder', ARGV[5],
  'cap', ARGV[6], 'unpaid', ARGV[7], 'window', ARGV[8])
redis.call('HINCRBY', key, 'v', 1)
local number = move('is', 'ruled', 'sku', ARGV[4], 'backorder', ARGV[5], 'cap', ARGV[6], 'unpaid', ARGV[7], 'window', ARGV[8])
return {'DONE', written(), number, unpack(told(level(ARGV[4])))}
