"""窗口服务: what goes on around a case: 预约 (coming), 缴费 (paying), 领取送达 (receiving), 好差评 (rating)."""
