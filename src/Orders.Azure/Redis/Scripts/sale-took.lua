-- with: sale, sale-epoch
-- Lets a transfer be forgotten that the sender has struck out. Not at once: somebody may have read it there before and be on the way with it.
--
-- ARGV 3  the transfer
--
-- Returns 1 when it was there, else 0
return wrote(redis.call('PEXPIRE', PART .. 'in:' .. ARGV[3], 24 * 3600 * 1000))
