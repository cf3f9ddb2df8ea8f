-- with: stock
-- The counters of a SKU and, at the same instant, all that the ledger has not booked yet.
--
-- ARGV 4  the SKU
--      5  how many movements at the most
--
-- Returns {'EPOCH'} | {'BUSY'}: more movements wait than that | {'FOUND', 0, v, stock, held, sold, {number-0, {field, value, …}}, …}; v is '' for a SKU
--         without counters
if fenced() then return {'EPOCH'} end
if redis.call('XLEN', SPACE .. 'movements') > tonumber(ARGV[5]) then return {'BUSY'} end
local l = level(ARGV[4])
local result = l and {'FOUND', 0, text(l.v), text(l.stock), text(l.held), text(l.sold)} or {'FOUND', 0, '', '0', '0', '0'}
for _, entry in ipairs(redis.call('XRANGE', SPACE .. 'movements', '-', '+')) do result[#result + 1] = entry end
return result
