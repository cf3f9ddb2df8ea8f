-- with: stock
-- The counters and rules of a SKU.
--
-- ARGV 4  the SKU
--
-- Returns {'EPOCH'} | {'NONE', 0}: never stocked | {'LEVEL', 0, stock, held, sold, backorder, cap, unpaid, window}; '' for a rule that there isn't
if fenced() then return {'EPOCH'} end
local l = level(ARGV[4])
if not l then return {'NONE', 0} end
return {'LEVEL', 0, unpack(told(l))}
