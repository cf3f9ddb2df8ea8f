-- with: sale
-- Sets the quantity of a part, if it is still what it was, and how many units one buyer may take.
--
-- ARGV 1  the quantity that was read; '' for a part that was never set
--      2  the new one
--      3  units per buyer
--
-- Returns 1 when it is set, 0 when it was another, or more is taken by now
local quantity, held, sold = counts()
if (quantity and text(quantity) or '') ~= ARGV[1] then return 0 end
if quantity and tonumber(ARGV[2]) < held + sold then return 0 end
redis.call('HSET', KEYS[1], 'quantity', ARGV[2], 'held', text(held or 0), 'sold', text(sold or 0), 'perBuyer', ARGV[3], 'dry', '0')
moved()
return 1
