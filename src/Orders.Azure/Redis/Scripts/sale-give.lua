-- with: sale, sale-epoch
-- Sends units that are left to another part: they leave here and stand in 'out' until they have come there, so that none is ever nowhere.
--
-- ARGV 3  the transfer: drawn by the caller, the same in all tries of one call
--      4  the part
--      5  units at the most
--
-- Returns all that is on its way from here: {transfer, '<part>:<units>', …}
local quantity, held, sold, left = counts()
if left > 0 and redis.call('HEXISTS', PART .. 'out', ARGV[3]) == 0 then
  local units = math.min(left, tonumber(ARGV[5]))
  redis.call('HINCRBY', KEYS[1], 'quantity', text(-units))
  redis.call('HSET', PART .. 'out', ARGV[3], ARGV[4] .. ':' .. text(units))
  moved()
end
return wrote(redis.call('HGETALL', PART .. 'out'))
