from sim.ledger import Account
from sim.market import Market
from tests.sim.tiny import over, programs, subscription


def rewarding(**program):
    talk = {"word_of_mouth": {"active": True, "talk": 6.0}, "referrals": {"active": True, "invite": 0.2}}
    settings = {"calendar": {"burn_in_years": 0.0, "years": 1.0}, "mind": talk}
    return Market(subscription(**over(settings, programs(referral=program))))


def test_each_referral_is_paid_on_both_sides_while_the_program_runs():
    market, due = rewarding(reward=5.0, welcome=7.0, end_year=0.5), 0
    for month in range(12):
        market.step()
        due += 1200 * int(market.reports.counts(market.firm())["referrals"][-1]) * (month < 6)
        assert market.ledger.balance[0, Account.PROGRAM_COST] == due
    assert due > 0
    market.ledger.check()


def test_a_reward_makes_more_of_them_invite():
    paid, free = rewarding(reward=50.0, appeal=2.0, welcome=0.0), rewarding(reward=0.0, welcome=0.0)
    for market in (paid, free):
        market.run()
    referrals = [market.outcomes()["referrals"] for market in (paid, free)]
    assert referrals[0] > referrals[1]
