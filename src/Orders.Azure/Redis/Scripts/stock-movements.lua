-- with: stock
-- Reads what the ledger has not booked yet, oldest first. An epoch that has ended is read too: what it still knows counts.
--
-- ARGV 4  how many at the most
--
-- Returns {'FOUND', 0, {number-0, {field, value, …}}, …}
local result = {'FOUND', 0}
for _, entry in ipairs(redis.call('XRANGE', SPACE .. 'movements', '-', '+', 'COUNT', ARGV[4])) do result[#result + 1] = entry end
return result
