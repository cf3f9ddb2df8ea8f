-- with: sale
-- Tells a reservation.
--
-- KEYS 2  the reservation
-- ARGV    none
--
-- Returns its fields in the order of sale.lua; nothing for one that is not there
if redis.call('EXISTS', KEYS[2]) == 0 then return {} end
return told(KEYS[2])
