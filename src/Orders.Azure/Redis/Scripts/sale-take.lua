-- with: sale, sale-epoch
-- Takes in units that another part has sent, once: it is remembered for as long as the sender may tell of the transfer, and that is without an end until
-- sale-took is run.
--
-- ARGV 3  the transfer
--      4  units
--
-- Returns 1 when they came now, 0 when they had come before
if not redis.call('SET', PART .. 'in:' .. ARGV[3], '1', 'NX') then return answer(0) end
redis.call('HINCRBY', KEYS[1], 'quantity', ARGV[4])
redis.call('HSET', KEYS[1], 'dry', '0')
moved()
return wrote(1)
