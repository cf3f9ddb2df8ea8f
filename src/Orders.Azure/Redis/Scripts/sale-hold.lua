-- with: sale, sale-epoch
-- Tells a reservation.
--
-- KEYS 2  the reservation
-- ARGV    none
--
-- Returns its fields in the order of sale.lua; nothing for one that is not there
if redis.call('EXISTS', KEYS[2]) == 0 then return answer({}) end
return answer(told(KEYS[2]))
