-- with: sale, sale-epoch
-- Sets the quantity of a part, if it is still what it was, and how many units one buyer may take; not for who has been overtaken by a later one.
--
-- ARGV 3  the quantity that was read
--      4  the new one
--      5  units per buyer
--      6  the fencing token of who sets it
--
-- Returns 1 when it is set, 0 when it was another, or more is taken by now, -1 when a greater token has set it
if tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') > tonumber(ARGV[6]) then return answer(-1) end
local quantity, held, sold = counts()
if text(quantity) ~= ARGV[3] or tonumber(ARGV[4]) < held + sold then return answer(0) end
redis.call('HSET', KEYS[1], 'quantity', ARGV[4], 'perBuyer', ARGV[5], 'fence', ARGV[6], 'dry', '0')
moved()
return wrote(1)
