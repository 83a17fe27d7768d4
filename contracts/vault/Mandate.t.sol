// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {
    Allocation,
    FillReport,
    IMandate,
    Judgement,
    Limit,
    MandateParams,
    ShareTerms
} from "../interfaces/IMandate.sol";
import {Level, Signal} from "../interfaces/ISignalFeed.sol";
import {Budget} from "../libraries/Budget.sol";
import {Mandate} from "./Mandate.sol";

// constructor
// ├── announces every limit, cap and term
// ├── packs what changes into three slots
// ├── when any parameter, term or allocation is outside its bounds: reverts with name and value
// ├── when the caps leave less than the cash floor: reverts
// └── when there are fees and nobody to take them: reverts
// targetWeightBps
// ├── share · target / forecast, down, at most the cap
// ├── nothing beyond any volatility, the cap when there is none
// └── V13: one to eight positions, any signals: each within its cap, all together within what may be invested
// judge
// ├── signal fresh up to its greatest age, stale from then on, unwinding after the delay
// ├── signal at a level that is not accepted: stale, whatever its age
// ├── no signal ever: unwinding
// └── tells the caller's budgets, and the limits of a fill
// enforce
// ├── purchase: weight above cap, cash below floor: reverts; exactly at both: passes
// ├── sale: neither matters
// ├── turnover, loss: counted in 1e-7 of NAV, up; at the budget: passes; above: reverts
// ├── given the budgets are used up: exempt fills still pass, those without loss while turnover is left; a window later
// │   everything does
// ├── kept per vault
// └── VLT-3: however an order is split
// tighten, lowerCap, lowerDepositCap: lower only, at once
// loosen, raiseCap, raiseDepositCap, setBand, setFeeRecipient: higher only, within the bounds of creation
// pauseEntry, resumeEntry: seven days, expires
// roles: nobody else; loosening waits
contract MandateTest is Test {
    // log2 of volatilities that are powers of two: the weights below are exact
    int64 private constant VOL_100 = 0; // weight 10 / 100 = 1000 bps
    int64 private constant VOL_25 = -2 << 32; // 4000 bps
    int64 private constant VOL_12_5 = -3 << 32; // 8000 bps
    int64 private constant VOL_6_25 = -4 << 32; // 16000, capped at 9500 bps
    uint16 private constant CAP_BPS = 9500;
    uint256 private constant NAV = 1_000_000e6;
    uint256 private constant TURNOVER_E7 = 2e7; // twice NAV
    uint256 private constant LOSS_E7 = 1e5; // 1 % of NAV
    uint64 private constant CURATOR = 3;
    uint64 private constant LOOSENER = 4;

    AccessManager private manager;
    Mandate private mandate;

    address private bob = makeAddr("bob");
    address private treasury = makeAddr("treasury");

    function setUp() public {
        vm.warp(1_700_000_000);
        manager = new AccessManager(address(this));
        mandate = _create(_params(), _terms(), _allocations());
    }

    function _create(MandateParams memory params, ShareTerms memory terms, Allocation[] memory allocations)
        private
        returns (Mandate)
    {
        return _create(params, terms, treasury, allocations);
    }

    function _create(
        MandateParams memory params,
        ShareTerms memory terms,
        address feeRecipient,
        Allocation[] memory allocations
    ) private returns (Mandate) {
        return new Mandate(address(manager), params, terms, feeRecipient, allocations);
    }

    function _params() private pure returns (MandateParams memory) {
        return MandateParams({
            targetVolBps: 1000,
            bandBps: 500,
            cashFloorBps: 500,
            levels: Level.EXECUTED,
            maxSignalAge: 6 days,
            unwindDelay: 1 days,
            maxPriceAge: 5 days,
            entryMaxAge: 10 minutes,
            fillMaxAge: 20 minutes,
            auctionLife: 600,
            premiumBps: 20,
            slippageBps: 60,
            venueFeeBps: 5,
            maxDrawdownBps: 4000,
            lossBudgetBps: 100,
            turnoverBudgetBps: 20_000,
            budgetWindow: 5 days
        });
    }

    function _terms() private pure returns (ShareTerms memory) {
        return ShareTerms({
            depositCap: 50_000_000e6,
            entryPausedUntil: 0,
            entrySpreadBps: 20,
            exitSpreadBps: 40,
            managementFeeBps: 100,
            performanceFeeBps: 1000
        });
    }

    function _allocations() private pure returns (Allocation[] memory allocations) {
        allocations = new Allocation[](1);
        allocations[0] = Allocation({capBps: CAP_BPS, shareBps: 1e4});
    }

    function _pair(uint16 capA, uint16 shareA, uint16 capB, uint16 shareB)
        private
        pure
        returns (Allocation[] memory allocations)
    {
        allocations = new Allocation[](2);
        allocations[0] = Allocation({capBps: capA, shareBps: shareA});
        allocations[1] = Allocation({capBps: capB, shareBps: shareB});
    }

    /* CREATION */

    function test_Constructor_AnnouncesEveryLimit() public {
        vm.expectEmit();
        emit IMandate.BandChanged(500);
        vm.expectEmit();
        emit IMandate.DepositCapChanged(50_000_000e6);
        vm.expectEmit();
        emit IMandate.FeeRecipientChanged(treasury);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.TargetVol, 1000);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.MaxSignalAge, 6 days);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.MaxDrawdown, 4000);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.LossBudget, 100);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.TurnoverBudget, 20_000);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.ManagementFee, 100);
        vm.expectEmit();
        emit IMandate.LimitChanged(Limit.PerformanceFee, 1000);
        vm.expectEmit();
        emit IMandate.CapChanged(0, CAP_BPS);

        _create(_params(), _terms(), _allocations());
    }

    function test_Constructor_KeepsEveryParam() public view {
        assertEq(abi.encode(mandate.params()), abi.encode(_params()));
        assertEq(abi.encode(mandate.terms()), abi.encode(_terms()));
        assertEq(mandate.feeRecipient(), treasury);
        assertEq(mandate.positions(), 1);
        assertEq(mandate.capBps(0), CAP_BPS);
        assertEq(mandate.shareBps(0), 1e4);
    }

    function test_Constructor_PacksWhatChanges() public {
        mandate = _create(_params(), _terms(), _pair(5000, 7500, 4500, 2500));

        uint256 limits = uint256(vm.load(address(mandate), bytes32(uint256(1))));
        uint256 terms = uint256(vm.load(address(mandate), bytes32(uint256(2))));
        uint256 recipient = uint256(vm.load(address(mandate), bytes32(uint256(3))));
        assertEq(uint16(limits), 1000, "targetVolBps");
        assertEq(uint32(limits >> 96), 6 days, "maxSignalAge");
        assertEq(limits >> 128, 5000 | 4500 << 16, "caps");
        assertEq(uint128(terms), 50_000_000e6, "depositCap");
        assertEq(terms >> 192, 1000, "performanceFeeBps");
        assertEq(recipient, uint160(treasury), "feeRecipient");
    }

    function test_RevertWhen_AnyParamIsOutsideItsBounds() public {
        MandateParams memory p = _params();
        _expectInvalid(p.targetVolBps = 0, "targetVolBps", p);
        _expectInvalid(p.targetVolBps = 10_001, "targetVolBps", p);
        p = _params();
        _expectInvalid(p.bandBps = 0, "bandBps", p);
        _expectInvalid(p.bandBps = 10_001, "bandBps", p);
        p = _params();
        _expectInvalid(p.cashFloorBps = 10_000, "cashFloorBps", p);
        p = _params();
        _expectInvalid(p.levels = 0, "levels", p);
        _expectInvalid(p.levels = 8, "levels", p);
        p = _params();
        _expectInvalid(p.maxSignalAge = 0, "maxSignalAge", p);
        p = _params();
        _expectInvalid(p.auctionLife = 0, "auctionLife", p);
        p = _params();
        _expectInvalid(p.maxDrawdownBps = 0, "maxDrawdownBps", p);
        _expectInvalid(p.maxDrawdownBps = 10_001, "maxDrawdownBps", p);
    }

    function test_RevertWhen_APriceIsGoodEnoughToTradeAtButNotToValueWith() public {
        MandateParams memory p = _params();
        _expectInvalid(p.entryMaxAge = 0, "entryMaxAge", p);
        _expectInvalid(p.entryMaxAge = 5 days + 1, "entryMaxAge", p);
        p = _params();
        _expectInvalid(p.fillMaxAge = 0, "fillMaxAge", p);
        _expectInvalid(p.fillMaxAge = 5 days + 1, "fillMaxAge", p);
        p = _params();
        _expectInvalid(p.maxPriceAge = 0, "maxPriceAge", p);
    }

    function test_RevertWhen_NoFillerCouldCoverTheVenueFee() public {
        MandateParams memory p = _params();
        _expectInvalid(p.premiumBps = 1001, "premiumBps", p);
        p = _params();
        _expectInvalid(p.slippageBps = 1001, "slippageBps", p);
        _expectInvalid(p.slippageBps = 5, "slippageBps", p);
        p.venueFeeBps = 0;
        _expectInvalid(p.slippageBps = 0, "slippageBps", p);
    }

    function test_RevertWhen_ABudgetIsOutsideItsBounds() public {
        MandateParams memory p = _params();
        _expectInvalid(p.lossBudgetBps = 0, "lossBudgetBps", p);
        _expectInvalid(p.lossBudgetBps = 1001, "lossBudgetBps", p);
        p = _params();
        _expectInvalid(p.turnoverBudgetBps = 9, "turnoverBudgetBps", p);
        _expectInvalid(p.turnoverBudgetBps = 100_001, "turnoverBudgetBps", p);
        p = _params();
        _expectInvalid(p.budgetWindow = 4 hours - 1, "budgetWindow", p);
    }

    function test_RevertWhen_AnyTermIsOutsideItsBounds() public {
        ShareTerms memory t = _terms();
        _expectInvalid(t.managementFeeBps = 501, "managementFeeBps", t);
        t = _terms();
        _expectInvalid(t.performanceFeeBps = 3001, "performanceFeeBps", t);
        t = _terms();
        _expectInvalid(t.entrySpreadBps = 1001, "entrySpreadBps", t);
        t = _terms();
        _expectInvalid(t.exitSpreadBps = 1001, "exitSpreadBps", t);
        t = _terms();
        _expectInvalid(t.entryPausedUntil = 1, "entryPausedUntil", t);
    }

    function test_RevertWhen_FeesHaveNoRecipient() public {
        ShareTerms memory t = _terms();
        _expectInvalid("feeRecipient", 0);
        _create(_params(), t, address(0), _allocations());
        t.managementFeeBps = 0;
        _expectInvalid("feeRecipient", 0);
        _create(_params(), t, address(0), _allocations());
        (t.managementFeeBps, t.performanceFeeBps) = (1, 0);
        _expectInvalid("feeRecipient", 0);
        _create(_params(), t, address(0), _allocations());

        t.managementFeeBps = 0;
        mandate = _create(_params(), t, address(0), _allocations());
        assertEq(mandate.feeRecipient(), address(0), "no fees, nobody needed");
    }

    function test_Constructor_AcceptsEveryBoundItself() public {
        MandateParams memory p = _params();
        (p.targetVolBps, p.bandBps, p.cashFloorBps, p.levels) = (1e4, 1e4, 9999, 7);
        (p.maxDrawdownBps, p.lossBudgetBps, p.turnoverBudgetBps, p.budgetWindow) = (1e4, 1000, 100_000, 4 hours);
        (p.premiumBps, p.slippageBps, p.venueFeeBps) = (1000, 1000, 999);
        (p.entryMaxAge, p.fillMaxAge, p.maxPriceAge) = (1, 1, 1);
        ShareTerms memory t = _terms();
        (t.managementFeeBps, t.performanceFeeBps, t.entrySpreadBps, t.exitSpreadBps) = (500, 3000, 1000, 1000);
        Allocation[] memory allocations = _pair(1, 5000, 0, 5000);

        mandate = _create(p, t, allocations);
        assertEq(abi.encode(mandate.params()), abi.encode(p));
        assertEq(abi.encode(mandate.terms()), abi.encode(t));

        (p.targetVolBps, p.bandBps, p.cashFloorBps, p.maxDrawdownBps) = (1, 1, 0, 1);
        (p.lossBudgetBps, p.turnoverBudgetBps, p.premiumBps) = (1, 10, 0);
        (p.slippageBps, p.venueFeeBps) = (1, 0);
        (p.levels, p.maxSignalAge, p.auctionLife) = (1, 1, 1);
        (t.managementFeeBps, t.performanceFeeBps, t.entrySpreadBps, t.exitSpreadBps) = (0, 0, 0, 0);
        mandate = _create(p, t, allocations);
        assertEq(abi.encode(mandate.params()), abi.encode(p));
        assertEq(abi.encode(mandate.terms()), abi.encode(t));
    }

    function test_Constructor_AcceptsTheSmallestShare() public {
        Allocation[] memory allocations = new Allocation[](1);
        allocations[0] = Allocation({capBps: CAP_BPS, shareBps: 1});

        mandate = _create(_params(), _terms(), allocations);

        assertEq(mandate.shareBps(0), 1);
    }

    function test_RevertWhen_AllocationsAreInvalid() public {
        _expectInvalid("positions", 0, new Allocation[](0));
        _expectInvalid("positions", 9, new Allocation[](9));
        _expectInvalid("shareBps", 0, _pair(100, 5000, 100, 0));
        _expectInvalid("shareBps", 10_001, _pair(100, 10_001, 100, 1));
        _expectInvalid("shareBps", 10_001, _pair(100, 5000, 100, 5001));
    }

    function test_RevertWhen_CapsEatIntoTheCashFloor() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.CapsAboveInvestable.selector, 9501, 9500));
        _create(_params(), _terms(), _pair(5000, 5000, 4501, 5000));
        vm.expectRevert(abi.encodeWithSelector(IMandate.CapsAboveInvestable.selector, 9501, 9500));
        _create(_params(), _terms(), _pair(9500, 5000, 1, 5000));
    }

    function _expectInvalid(uint256 value, bytes32 name, MandateParams memory params) private {
        _expectInvalid(name, value);
        _create(params, _terms(), _allocations());
    }

    function _expectInvalid(uint256 value, bytes32 name, ShareTerms memory terms) private {
        _expectInvalid(name, value);
        _create(_params(), terms, _allocations());
    }

    function _expectInvalid(bytes32 name, uint256 value, Allocation[] memory allocations) private {
        _expectInvalid(name, value);
        _create(_params(), _terms(), allocations);
    }

    function _expectInvalid(bytes32 name, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(IMandate.MandateParamInvalid.selector, name, value));
    }

    /* TARGET */

    function test_TargetWeight_IsTargetVolOverForecast() public view {
        assertEq(mandate.targetWeightBps(0, VOL_100), 1000);
        assertEq(mandate.targetWeightBps(0, VOL_25), 4000);
        assertEq(mandate.targetWeightBps(0, VOL_12_5), 8000);
        assertEq(mandate.targetWeightBps(0, 1 << 32), 500, "200 %/yr");
    }

    function test_TargetWeight_IsCapped() public view {
        assertEq(mandate.targetWeightBps(0, VOL_6_25), CAP_BPS);
        assertEq(mandate.targetWeightBps(0, type(int64).min), CAP_BPS, "no volatility at all");
    }

    function test_TargetWeight_IsZeroBeyondAnyVolatility() public view {
        assertEq(mandate.targetWeightBps(0, 64 << 32), 0);
        assertEq(mandate.targetWeightBps(0, type(int64).max), 0);
        assertEq(mandate.targetWeightBps(0, (64 << 32) - 1), 0);
    }

    function test_TargetWeight_RoundsTowardCash() public view {
        // 2^(-1.5) = 0.35355339…: 1000 / 0.35355339 = 2828.42…
        assertEq(mandate.targetWeightBps(0, -3 << 31), 2828);
    }

    function test_TargetWeight_SplitsTheTargetByShare() public {
        Mandate split = _create(_params(), _terms(), _pair(5000, 7500, 4500, 2500));

        assertEq(split.targetWeightBps(0, VOL_25), 3000);
        assertEq(split.targetWeightBps(1, VOL_25), 1000);
        assertEq(split.targetWeightBps(0, VOL_6_25), 5000, "own cap");
        assertEq(split.shareBps(1), 2500);
        assertEq(split.positions(), 2);
    }

    function testFuzz_TargetWeight_FallsWithVolatility(int64 calm, int64 wild) public view {
        (calm, wild) = calm < wild ? (calm, wild) : (wild, calm);

        uint16 whenCalm = mandate.targetWeightBps(0, calm);
        assertGe(whenCalm, mandate.targetWeightBps(0, wild));
        assertLe(whenCalm, CAP_BPS);
    }

    function testFuzz_V13_WeightsStayWithinTheirCapsAndWhatMayBeInvested(
        uint256 count,
        uint16 floorBps,
        uint256 seed,
        int64[8] memory signals
    ) public {
        count = bound(count, 1, 8);
        MandateParams memory params = _params();
        params.cashFloorBps = uint16(bound(floorBps, 0, 9999));
        uint256 investable = 1e4 - params.cashFloorBps;
        Allocation[] memory allocations = new Allocation[](count);
        for (uint256 i; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            allocations[i].capBps = uint16(seed % (investable / count + 1));
            allocations[i].shareBps = uint16(1 + (seed >> 128) % (1e4 / count));
        }
        mandate = _create(params, _terms(), allocations);

        uint256 sum;
        uint256 calmest;
        for (uint256 i; i < count; ++i) {
            uint256 weight = mandate.targetWeightBps(i, signals[i]);
            assertLe(weight, allocations[i].capBps, "own cap");
            sum += weight;
            calmest += mandate.targetWeightBps(i, VOL_100);
        }
        assertLe(sum, investable, "cash floor");
        assertLe(calmest, params.targetVolBps, "shares of the target sum to it at most");
    }

    function test_RevertWhen_PositionIsUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IMandate.PositionUnknown.selector, 1);

        vm.expectRevert(unknown);
        mandate.targetWeightBps(1, VOL_25);
        vm.expectRevert(unknown);
        mandate.capBps(1);
        vm.expectRevert(unknown);
        mandate.shareBps(1);
        vm.expectRevert(unknown);
        mandate.lowerCap(1, 1);
        vm.expectRevert(unknown);
        mandate.raiseCap(1, 1);
        vm.expectRevert(unknown);
        mandate.enforce(1, _purchase(0, NAV));
    }

    /* JUDGE */

    function _signal(uint48 closedAt, uint8 level) private pure returns (Signal memory) {
        return Signal({value: VOL_25, closedAt: closedAt, round: 1, level: level});
    }

    function test_Judge_ASignalIsFreshUpToItsGreatestAge() public {
        Signal memory signal = _signal(uint48(block.timestamp), Level.EXECUTED);

        skip(6 days);
        Judgement memory j = mandate.judge(0, signal);
        assertTrue(j.isFresh);
        assertFalse(j.isUnwinding);
        assertEq(j.targetWeightBps, 4000);

        skip(1);
        j = mandate.judge(0, signal);
        assertFalse(j.isFresh);
        assertFalse(j.isUnwinding, "its grace has begun");
        assertEq(j.targetWeightBps, 0);
    }

    function test_Judge_AStaleSignalUnwindsAfterTheDelay() public {
        Signal memory signal = _signal(uint48(block.timestamp), Level.EXECUTED);

        skip(7 days);
        assertFalse(mandate.judge(0, signal).isUnwinding);

        skip(1);
        Judgement memory j = mandate.judge(0, signal);
        assertTrue(j.isUnwinding);
        assertFalse(j.isFresh);
    }

    function test_Judge_ALevelNobodyAcceptsIsStale() public {
        Signal memory signal = _signal(uint48(block.timestamp), Level.OPTIMISTIC | Level.SCORED);

        Judgement memory j = mandate.judge(0, signal);
        assertFalse(j.isFresh);
        assertFalse(j.isUnwinding);

        skip(7 days + 1);
        assertTrue(mandate.judge(0, signal).isUnwinding);
    }

    function test_Judge_WithoutAnySignalUnwinds() public {
        vm.warp(1 hours); // younger than any age
        Judgement memory j = mandate.judge(0, _signal(0, Level.EXECUTED));

        assertTrue(j.isUnwinding);
        assertFalse(j.isFresh);
    }

    function test_Judge_ASignalOfTheFirstSecondIsOne() public {
        vm.warp(1 hours);

        assertTrue(mandate.judge(0, _signal(1, Level.EXECUTED)).isFresh);
    }

    function test_Judge_TellsLimitsAndTheCallersBudgets() public {
        mandate.enforce(0, _sale(NAV / 4, NAV / 400));

        Judgement memory j = mandate.judge(0, _signal(uint48(block.timestamp), Level.EXECUTED));
        assertEq(j.turnoverLeftE7, TURNOVER_E7 - 2_500_000);
        assertEq(j.lossLeftE7, LOSS_E7 - 25_000);
        assertEq(abi.encode(j.bandBps, j.cashFloorBps, j.premiumBps), abi.encode(500, 500, 20));
        assertEq(abi.encode(j.slippageBps, j.maxDrawdownBps), abi.encode(60, 4000));
        assertEq(j.fillMaxAge, 20 minutes);

        vm.prank(bob);
        j = mandate.judge(0, _signal(0, 0));
        assertEq(j.turnoverLeftE7, TURNOVER_E7);
        assertEq(j.lossLeftE7, LOSS_E7);
    }

    /* ENFORCE */

    function _purchase(uint256 value, uint256 idle) private pure returns (FillReport memory) {
        return FillReport({nav: NAV, idle: idle, value: value, turnover: 0, loss: 0, isPurchase: true});
    }

    function _sale(uint256 turnover, uint256 loss) private pure returns (FillReport memory) {
        return FillReport({nav: NAV, idle: 0, value: NAV, turnover: turnover, loss: loss, isPurchase: false});
    }

    function test_Enforce_LetsAPurchaseReachCapAndFloor() public {
        mandate.enforce(0, _purchase(NAV * 95 / 100, NAV * 5 / 100));
    }

    function test_RevertWhen_APurchaseLeavesTheWeightAboveItsCap() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.WeightAboveCap.selector, 0, 9501, CAP_BPS));
        mandate.enforce(0, _purchase(NAV * 95 / 100 + 1, NAV));
    }

    function test_RevertWhen_APurchaseLeavesTheCashBelowItsFloor() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.CashBelowFloor.selector, NAV / 20 - 1, NAV / 20));
        mandate.enforce(0, _purchase(0, NAV / 20 - 1));
    }

    function test_Enforce_RoundsTheFloorUp() public {
        FillReport memory report = _purchase(0, 50);
        report.nav = 1001; // 5 % of it: 50.05
        vm.expectRevert(abi.encodeWithSelector(IMandate.CashBelowFloor.selector, 50, 51));
        mandate.enforce(0, report);
    }

    function test_RevertWhen_APurchaseIsReportedWithoutAnyValueBehindIt() public {
        FillReport memory report = _purchase(1, 1);
        report.nav = 0;
        vm.expectRevert(abi.encodeWithSelector(IMandate.WeightAboveCap.selector, 0, 1e4, CAP_BPS));
        mandate.enforce(0, report);
    }

    function test_Enforce_LetsASaleLeaveWeightAndCashWhereTheyAre() public {
        mandate.enforce(0, _sale(1, 0));
    }

    function test_Enforce_CountsPartsOfNavRoundedUp() public {
        mandate.enforce(0, _sale(NAV / 4 + 1, 1));

        (uint256 turnoverE7, uint256 lossE7) = mandate.budgetsLeft(address(this));
        assertEq(turnoverE7, TURNOVER_E7 - 2_500_001);
        assertEq(lossE7, LOSS_E7 - 1);
    }

    function test_Enforce_KeepsBudgetsPerVault() public {
        mandate.enforce(0, _sale(2 * NAV, NAV / 100));

        (uint256 turnoverE7, uint256 lossE7) = mandate.budgetsLeft(address(this));
        assertEq(turnoverE7 + lossE7, 0);
        (turnoverE7, lossE7) = mandate.budgetsLeft(bob);
        assertEq(turnoverE7, TURNOVER_E7);
        assertEq(lossE7, LOSS_E7);
        vm.prank(bob);
        mandate.enforce(0, _sale(2 * NAV, NAV / 100));
    }

    function test_RevertGiven_TheTurnoverBudgetIsUsedUp() public {
        mandate.enforce(0, _sale(2 * NAV - 1, 0)); // rounds up to all of it

        vm.expectRevert(
            abi.encodeWithSelector(IMandate.TurnoverBudgetExceeded.selector, TURNOVER_E7 + 1, TURNOVER_E7)
        );
        mandate.enforce(0, _sale(1, 0));
    }

    function test_RevertGiven_TheLossBudgetIsUsedUp() public {
        mandate.enforce(0, _sale(0, NAV / 100 - 1));

        vm.expectRevert(abi.encodeWithSelector(IMandate.LossBudgetExceeded.selector, LOSS_E7 + 1, LOSS_E7));
        mandate.enforce(0, _sale(0, 1));
    }

    function test_RevertWhen_TradingIsReportedWithoutAnyValueBehindIt() public {
        FillReport memory report = _sale(3, 0);
        report.nav = 0;
        vm.expectRevert(abi.encodeWithSelector(IMandate.TurnoverBudgetExceeded.selector, 3e7, TURNOVER_E7));
        mandate.enforce(0, report);
    }

    function test_Enforce_LetsExemptFillsPassGivenTighteningLeftLessThanIsUsed() public {
        mandate.enforce(0, _sale(NAV, NAV / 200));
        mandate.tighten(Limit.TurnoverBudget, 5000);
        mandate.tighten(Limit.LossBudget, 10);

        mandate.enforce(0, _sale(0, 0));

        (uint256 turnoverE7, uint256 lossE7) = mandate.budgetsLeft(address(this));
        assertEq(turnoverE7 + lossE7, 0);
    }

    function test_Enforce_LetsFillsWithoutLossPassGivenTighteningLeftLessThanIsLost() public {
        mandate.enforce(0, _sale(NAV, NAV / 200));
        mandate.tighten(Limit.LossBudget, 10);

        mandate.enforce(0, _sale(NAV / 2, 0));
        vm.expectRevert(abi.encodeWithSelector(IMandate.LossBudgetExceeded.selector, LOSS_E7 / 2 + 1, LOSS_E7 / 10));
        mandate.enforce(0, _sale(NAV / 4, 1));
    }

    function test_V16_Budgets_ReturnAfterTheWindow() public {
        mandate.enforce(0, _sale(2 * NAV, NAV / 100));

        skip(5 days);
        (uint256 turnoverE7, uint256 lossE7) = mandate.budgetsLeft(address(this));
        assertEq(turnoverE7 + lossE7, 0, "its end included");

        skip(108_000); // a lane, a quarter of the window
        (turnoverE7, lossE7) = mandate.budgetsLeft(address(this));
        assertEq(turnoverE7, TURNOVER_E7);
        assertEq(lossE7, LOSS_E7);
        mandate.enforce(0, _sale(2 * NAV, NAV / 100));
    }

    function test_Budgets_FitALaneAtTheirGreatest() public pure {
        assertLe(100_000 * uint256(1000), Budget.MAX_TURNOVER);
        assertLe(1000 * uint256(1000), Budget.MAX_LOSS);
    }

    function testFuzz_VLT3_V6_NoSplitUsesMoreThanTheBudgets(uint256 seed, uint256 nav) public {
        nav = bound(nav, 1, 1e30);
        uint256 turnover;
        uint256 loss;
        FillReport memory report = _sale(0, 0);
        report.nav = nav;
        for (uint256 i; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            report.turnover = (seed >> 8) % (nav / 4 + 2);
            report.loss = (seed >> 128) % (report.turnover / 50 + 2);
            skip(seed % (5 days / 40));
            try mandate.enforce(0, report) {
                turnover += report.turnover;
                loss += report.loss;
            } catch {}
        }

        assertLe(turnover, 2 * nav);
        assertLe(loss, nav / 100);
    }

    /* TIGHTEN AND LOOSEN */

    function test_TightenAndLoosen_EveryLimit() public {
        uint32[7] memory highest = [uint32(1e4), type(uint32).max, 1e4, 1000, 100_000, 500, 3000];
        for (uint256 i; i < highest.length; ++i) {
            Limit limit = Limit(i);

            vm.expectEmit(address(mandate));
            emit IMandate.LimitChanged(limit, 0);
            mandate.tighten(limit, 0);
            assertEq(_limit(limit), 0);

            vm.expectEmit(address(mandate));
            emit IMandate.LimitChanged(limit, highest[i]);
            mandate.loosen(limit, highest[i]);
            assertEq(_limit(limit), highest[i]);
        }
        assertEq(mandate.params().bandBps, 500, "its neighbours stay");
        assertEq(mandate.terms().depositCap, 50_000_000e6);
        assertEq(mandate.capBps(0), CAP_BPS);
    }

    /// The same limit where a reader of the mandate finds it.
    function _limit(Limit limit) private view returns (uint256) {
        MandateParams memory p = mandate.params();
        ShareTerms memory t = mandate.terms();
        return [
            p.targetVolBps,
            p.maxSignalAge,
            p.maxDrawdownBps,
            p.lossBudgetBps,
            p.turnoverBudgetBps,
            t.managementFeeBps,
            t.performanceFeeBps
        ][uint256(limit)];
    }

    function test_RevertWhen_TighteningDoesNotLower() public {
        for (uint256 i; i < 7; ++i) {
            uint256 current = _limit(Limit(i));

            vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, current, current));
            mandate.tighten(Limit(i), uint32(current));
            vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, current + 1, current));
            mandate.tighten(Limit(i), uint32(current + 1));
        }
    }

    function test_RevertWhen_LooseningDoesNotRaise() public {
        for (uint256 i; i < 7; ++i) {
            uint256 current = _limit(Limit(i));

            vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, current, current));
            mandate.loosen(Limit(i), uint32(current));
            vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, current - 1, current));
            mandate.loosen(Limit(i), uint32(current - 1));
        }
    }

    function test_RevertWhen_LooseningLeavesTheBoundsOfCreation() public {
        _expectInvalid("targetVolBps", 10_001);
        mandate.loosen(Limit.TargetVol, 10_001);
        _expectInvalid("maxDrawdownBps", 10_001);
        mandate.loosen(Limit.MaxDrawdown, 10_001);
        _expectInvalid("lossBudgetBps", 1001);
        mandate.loosen(Limit.LossBudget, 1001);
        _expectInvalid("turnoverBudgetBps", 100_001);
        mandate.loosen(Limit.TurnoverBudget, 100_001);
        _expectInvalid("managementFeeBps", 501);
        mandate.loosen(Limit.ManagementFee, 501);
        _expectInvalid("performanceFeeBps", 3001);
        mandate.loosen(Limit.PerformanceFee, 3001);
        _expectInvalid("performanceFeeBps", 2 ** 16 + 1);
        mandate.loosen(Limit.PerformanceFee, 2 ** 16 + 1);
    }

    function test_RevertWhen_LooseningAFeeThatNobodyTakes() public {
        ShareTerms memory t = _terms();
        (t.managementFeeBps, t.performanceFeeBps) = (0, 0);
        mandate = _create(_params(), t, address(0), _allocations());

        _expectInvalid("feeRecipient", 0);
        mandate.loosen(Limit.PerformanceFee, 1);
        mandate.loosen(Limit.TargetVol, 1001);
        mandate.setFeeRecipient(bob);
        mandate.loosen(Limit.PerformanceFee, 1);
    }

    function test_LowerAndRaise_Cap() public {
        vm.expectEmit(address(mandate));
        emit IMandate.CapChanged(0, 3000);
        mandate.lowerCap(0, 3000);
        assertEq(mandate.targetWeightBps(0, VOL_25), 3000);

        vm.expectEmit(address(mandate));
        emit IMandate.CapChanged(0, 9500);
        mandate.raiseCap(0, 9500);
        assertEq(mandate.capBps(0), 9500);
    }

    function test_LowerAndRaise_CapOfOnePositionAmongEight() public {
        Allocation[] memory allocations = new Allocation[](8);
        for (uint16 i; i < 8; ++i) {
            allocations[i] = Allocation({capBps: 1000 + i, shareBps: 1250 - i});
        }
        mandate = _create(_params(), _terms(), allocations);

        mandate.lowerCap(7, 0);
        mandate.lowerCap(3, 0);
        mandate.raiseCap(3, 2000);

        for (uint16 i; i < 8; ++i) {
            uint16 cap = i == 7 ? 0 : i == 3 ? 2000 : 1000 + i;
            assertEq(mandate.capBps(i), cap);
            assertEq(mandate.shareBps(i), 1250 - i);
        }
        assertEq(abi.encode(mandate.params()), abi.encode(_params()), "limits beside them stay");
    }

    function test_LowerAndRaise_DepositCap() public {
        vm.expectEmit(address(mandate));
        emit IMandate.DepositCapChanged(0);
        mandate.lowerDepositCap(0);
        assertEq(mandate.terms().depositCap, 0);

        vm.expectEmit(address(mandate));
        emit IMandate.DepositCapChanged(type(uint128).max);
        mandate.raiseDepositCap(type(uint128).max);
        assertEq(mandate.terms().depositCap, type(uint128).max);
        assertEq(mandate.terms().performanceFeeBps, 1000, "its neighbours stay");
    }

    function test_RevertWhen_ACapMovesTheWrongWay() public {
        uint256 cap = 50_000_000e6;

        vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, 9500, 9500));
        mandate.lowerCap(0, 9500);
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, 9500, 9500));
        mandate.raiseCap(0, 9500);
        vm.expectRevert(abi.encodeWithSelector(IMandate.CapsAboveInvestable.selector, 9501, 9500));
        mandate.raiseCap(0, 9501);
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, cap, cap));
        mandate.lowerDepositCap(uint128(cap));
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, cap + 1, cap));
        mandate.lowerDepositCap(uint128(cap + 1));
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, cap, cap));
        mandate.raiseDepositCap(uint128(cap));
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, cap - 1, cap));
        mandate.raiseDepositCap(uint128(cap - 1));
    }

    function test_SetBand() public {
        vm.expectEmit(address(mandate));
        emit IMandate.BandChanged(42);
        mandate.setBand(42);

        assertEq(mandate.params().bandBps, 42);
    }

    function test_SetBand_ReachesBothBounds() public {
        mandate.setBand(1);
        assertEq(mandate.params().bandBps, 1);

        mandate.setBand(10_000);
        assertEq(mandate.params().bandBps, 10_000);
    }

    function test_RevertWhen_BandIsOutsideItsBounds() public {
        _expectInvalid("bandBps", 0);
        mandate.setBand(0);
        _expectInvalid("bandBps", 10_001);
        mandate.setBand(10_001);
    }

    function test_SetFeeRecipient() public {
        vm.expectEmit(address(mandate));
        emit IMandate.FeeRecipientChanged(bob);
        mandate.setFeeRecipient(bob);

        assertEq(mandate.feeRecipient(), bob);
    }

    function test_RevertWhen_FeeRecipientIsNobody() public {
        mandate.tighten(Limit.ManagementFee, 0);
        mandate.tighten(Limit.PerformanceFee, 0);

        // Shares for the time before may be waiting to be minted.
        _expectInvalid("feeRecipient", 0);
        mandate.setFeeRecipient(address(0));
    }

    /* PAUSE */

    function test_PauseEntry_LastsSevenDays() public {
        vm.expectEmit(address(mandate));
        emit IMandate.EntryPaused(1_700_604_800);
        mandate.pauseEntry();
        assertEq(mandate.terms().entryPausedUntil, 1_700_604_800);

        vm.expectEmit(address(mandate));
        emit IMandate.EntryResumed();
        mandate.resumeEntry();
        assertEq(abi.encode(mandate.terms()), abi.encode(_terms()));
    }

    /* ROLES */

    function test_RevertWhen_CallerHasNoRole() public {
        bytes[10] memory calls = [
            abi.encodeCall(mandate.tighten, (Limit.TargetVol, 1)),
            abi.encodeCall(mandate.lowerCap, (0, 1)),
            abi.encodeCall(mandate.lowerDepositCap, (1)),
            abi.encodeCall(mandate.pauseEntry, ()),
            abi.encodeCall(mandate.resumeEntry, ()),
            abi.encodeCall(mandate.loosen, (Limit.TargetVol, 2000)),
            abi.encodeCall(mandate.raiseCap, (0, 9999)),
            abi.encodeCall(mandate.raiseDepositCap, (type(uint128).max)),
            abi.encodeCall(mandate.setBand, (1)),
            abi.encodeCall(mandate.setFeeRecipient, (bob))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(bob);
            (bool success, bytes memory answer) = address(mandate).call(calls[i]);

            assertFalse(success);
            assertEq(answer, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bob));
        }
    }

    function test_Curator_TightensAtOnceAndLoosensAfterTheDelay() public {
        _allow(CURATOR, mandate.tighten.selector, 0);
        _allow(LOOSENER, mandate.loosen.selector, 2 days);

        vm.startPrank(bob);
        mandate.tighten(Limit.TargetVol, 500);
        bytes memory loosening = abi.encodeCall(mandate.loosen, (Limit.TargetVol, 2000));
        manager.schedule(address(mandate), loosening, 0);
        skip(2 days);
        manager.execute(address(mandate), loosening);
        vm.stopPrank();

        assertEq(mandate.params().targetVolBps, 2000);
    }

    function test_V17_CapturedCurator_IsHeldByTheBoundsOfCreation() public {
        _allow(LOOSENER, mandate.loosen.selector, 2 days);
        bytes memory loosening = abi.encodeCall(mandate.loosen, (Limit.LossBudget, 1001));

        vm.startPrank(bob);
        manager.schedule(address(mandate), loosening, 0);
        skip(2 days);
        _expectInvalid("lossBudgetBps", 1001);
        manager.execute(address(mandate), loosening);
        vm.stopPrank();
    }

    /// Whoever holds every role and every keeper: the window that the delay lets others leave in costs what the budget
    /// was, each later one a tenth at most.
    function test_V17_CapturedCurator_GivesAwayNoMoreThanABudgetInAnyWindow() public {
        assertEq(_giveAway(), LOSS_E7, "before the delay has passed");

        skip(10 days);
        mandate.loosen(Limit.LossBudget, 1000);
        mandate.loosen(Limit.TurnoverBudget, 100_000);
        mandate.loosen(Limit.TargetVol, 10_000);
        assertEq(_giveAway(), 1e6, "a tenth of NAV");
    }

    /// Loses as much as the mandate lets pass within a window, in ever smaller parts; in 1e-7 of NAV.
    function _giveAway() private returns (uint256 lossE7) {
        for (uint256 part = 1e6; part > 0; part /= 2) {
            skip(5 days / 32);
            while (_isEnforced(_sale(0, part * NAV / 1e7))) lossE7 += part;
        }
    }

    function _isEnforced(FillReport memory report) private returns (bool) {
        try mandate.enforce(0, report) {
            return true;
        } catch {
            return false;
        }
    }

    function _allow(uint64 role, bytes4 selector, uint32 delay) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(address(mandate), selectors, role);
        manager.grantRole(role, bob, delay);
    }
}
