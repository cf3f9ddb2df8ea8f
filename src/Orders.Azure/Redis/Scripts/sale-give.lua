-- with: sale
-- Sends units that are left to another part: they leave here and stand in 'out' until they have come there, so that none is ever nowhere.
--
-- ARGV 1  the transfer: drawn by the caller, the same in all tries of one call
--      2  the part
--      3  units at the most
--
-- Returns all that is on its way from here: {transfer, '<part>:<units>', …}
local quantity, held, sold, left = counts()
if quantity and left > 0 and redis.call('HEXISTS', PART .. 'out', ARGV[1]) == 0 then
  local units = math.min(left, tonumber(ARGV[3]))
  redis.call('HINCRBY', KEYS[1], 'quantity', text(-units))
  redis.call('HSET', PART .. 'out', ARGV[1], ARGV[2] .. ':' .. text(units))
  moved()
end
return redis.call('HGETALL', PART .. 'out')
