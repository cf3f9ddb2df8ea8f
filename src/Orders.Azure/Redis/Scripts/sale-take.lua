-- with: sale
-- Takes in units that another part has sent, once: it is remembered for as long as the sender may tell of the transfer, and that is without an end until
-- sale-took is run.
--
-- ARGV 1  the transfer
--      2  units
--
-- Returns 1 when they came now, 0 when they had come before
if not redis.call('SET', PART .. 'in:' .. ARGV[1], '1', 'NX') then return 0 end
redis.call('HINCRBY', KEYS[1], 'quantity', ARGV[2])
redis.call('HSET', KEYS[1], 'dry', '0')
moved()
return 1
