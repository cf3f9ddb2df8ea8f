-- with: sale
-- Puts a reservation that an order stands on into a part that is not open yet: record, counters, mark. One that is there already is left as it is. It asks
-- neither what is left nor the buyer's limit: it was promised before.
--
-- KEYS 2  the reservation
-- ARGV 1  its name in the sorted sets
--      2  the buyer
--      3  the SKU
--      4  units
--      5  held, sold or released
--      6  when the order was placed, in microseconds since 1970
--
-- Returns 1 when it was put there, else 0
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
if ARGV[5] ~= 'released' then
  redis.call('HINCRBY', KEYS[1], ARGV[5], ARGV[4])
  mark(ARGV[2], tonumber(ARGV[4]))
end
write(KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4], '', '', ARGV[5], ARGV[6], '', ARGV[5] == 'released' and 'Cancelled' or '')
return 1
