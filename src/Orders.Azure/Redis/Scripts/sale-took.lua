-- with: sale
-- Lets a transfer be forgotten that the sender has struck out. Not at once: somebody may have read it there before and be on the way with it.
--
-- ARGV 1  the transfer
--
-- Returns 1 when it was there, else 0
return redis.call('PEXPIRE', PART .. 'in:' .. ARGV[1], 24 * 3600 * 1000)
