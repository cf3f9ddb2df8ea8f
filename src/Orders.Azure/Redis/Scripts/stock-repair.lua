-- with: stock
-- Sets the counters of a SKU to what ledger and movements say, if nothing has changed them since they were read.
--
-- ARGV 4  the SKU
--      5  its v when it was read; '' when it had no counters
--      6  stock
--      7  held
--      8  sold
--
-- Returns {'EPOCH'} | {'DONE', writes} | {'MOVED', 0}: changed meanwhile, prove it again
if fenced() then return {'EPOCH'} end
local l = level(ARGV[4])
if (l and text(l.v) or '') ~= ARGV[5] then return {'MOVED', 0} end
local key = SPACE .. 'sku:' .. ARGV[4]
redis.call('HSET', key, 'stock', ARGV[6], 'held', ARGV[7], 'sold', ARGV[8])
redis.call('HSETNX', key, 'backorder', '0')
redis.call('HINCRBY', key, 'v', 1)
return {'DONE', written()}
