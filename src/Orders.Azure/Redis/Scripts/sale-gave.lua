-- with: sale, sale-epoch
-- Forgets a transfer that has come.
--
-- ARGV 3  the transfer
--
-- Returns 1 when it was there, else 0
local was = redis.call('HDEL', PART .. 'out', ARGV[3])
if was == 1 then moved() end
return wrote(was)
