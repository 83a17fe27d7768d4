// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Limit, ShareTerms} from "../interfaces/IMandate.sol";
import {FeeState, IVault} from "../interfaces/IVault.sol";
import {Vault} from "./Vault.sol";
import {VaultFixture} from "./VaultFixture.t.sol";

// Accrue
// ├── given no shares: charges nothing, the mark starts again
// ├── given time has passed: management shares, capped in one go
// ├── given a gain above the mark: performance shares, the mark follows
// ├── given no gain: the mark stays, also for those who entered below it
// ├── given neither: says nothing
// ├── given the mandate's rate has changed: the lower one for the time and gain before
// └── given prices cannot value the vault: management only; the gain waits, at the lowest rate seen
// Fee shares
// ├── count in every conversion and preview from the accrual on
// └── when accrue is called: minted to the mandate's recipient
contract FeesTest is VaultFixture {
    uint256 private constant CASH = 1_000_000e6;
    uint256 private constant SHARES = 1_000_000e12;
    uint256 private constant YEARLY = SHARES / 99; // 1 % of what there is then: supply · 0.01 / 0.99

    function setUp() public override {
        super.setUp();
        _deposit(alice, CASH);
    }

    function _shareTerms() internal view override returns (ShareTerms memory terms) {
        terms = super._shareTerms();
        (terms.managementFeeBps, terms.performanceFeeBps) = (100, 1000);
    }

    /// Raises NAV by `assets` without a trade.
    function _gain(uint256 assets) private {
        base.mint(address(vault), assets);
        vault.skim(address(base));
    }

    function _skipTo(uint256 duration) private {
        skip(duration);
        book.set(MARKET, PRICE);
    }

    /* CREATION */

    function test_Constructor_StartsWithTheMandatesRates() public {
        FeeState memory state = new Vault(_vaultParams()).feeState();

        assertEq(state.managementFeeBps, 100);
        assertEq(state.performanceFeeBps, 1000);
        assertEq(state.accruedAt, block.timestamp);
        assertEq(state.mark, 1e18);
        assertEq(state.feeShares, 0);
    }

    /* MANAGEMENT */

    function test_Accrue_ChargesManagementForTheTime() public {
        _skipTo(365 days);

        vm.expectEmit(address(vault));
        emit IVault.FeesAccrued(YEARLY, 0, 1e18);
        vm.expectEmit(address(vault));
        emit IVault.FeesMinted(feeRecipient, YEARLY);
        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), YEARLY);
        assertEq(vault.totalSupply(), SHARES + YEARLY);
        FeeState memory state = vault.feeState();
        assertEq(state.accruedAt, block.timestamp);
        assertEq(state.feeShares, 0);
        assertEq(state.mark, 1e18);
        assertEq(state.managementFeeBps, 100);
        assertEq(state.performanceFeeBps, 1000);
    }

    function test_Fill_ChargesForTheTimeBeforeIt() public {
        _signal(VOL_25);
        _skipTo(1 days);
        vault.open(0);
        uint256 fee = uint256(1e16) / 365; // of the supply

        _fillAll();

        FeeState memory state = vault.feeState();
        assertEq(state.accruedAt, block.timestamp);
        assertEq(state.feeShares, SHARES * fee / (1e18 - fee));
    }

    function test_EveryWayInAndOut_ChargesForTheTimeBeforeIt() public {
        base.mint(alice, CASH);
        vm.startPrank(alice);
        base.approve(address(vault), CASH);
        vault.requestExit(1e12, alice);

        uint256 charged = _skipADay();
        vault.mint(1e12, alice);
        _assertCharged(charged, "mint");

        charged = _skipADay();
        vault.withdraw(1e6, alice, alice);
        _assertCharged(charged, "withdraw");

        charged = _skipADay();
        vault.redeem(1e12, alice, alice);
        _assertCharged(charged, "redeem");

        charged = _skipADay();
        vault.exitInKind(1e12, alice, alice);
        _assertCharged(charged, "exitInKind");

        charged = _skipADay();
        vault.settleExits(1);
        _assertCharged(charged, "settleExits");
    }

    /// The fee shares that there must be at the end of the day.
    function _skipADay() private returns (uint256) {
        uint256 feeShares = vault.feeState().feeShares;
        uint256 fee = uint256(1e16) / 365; // of the supply
        _skipTo(1 days);
        return feeShares + (vault.totalSupply() + feeShares) * fee / (1e18 - fee);
    }

    function _assertCharged(uint256 feeShares, string memory action) private view {
        FeeState memory state = vault.feeState();
        assertEq(state.accruedAt, block.timestamp, action);
        assertApproxEqAbs(state.feeShares, feeShares, 1e6, action); // and of what spreads left behind
    }

    function test_V9_Accrue_ChargesAtMostATwentiethAfterYearsOfDormancy() public {
        _skipTo(3650 days);

        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), SHARES / 19); // 0.05 / 0.95
    }

    function test_V15_Accrue_SaysNothingTwiceInABlock() public {
        _skipTo(1 days);
        vault.accrue();

        vm.recordLogs();
        vault.accrue();

        assertEq(vm.getRecordedLogs().length, 0);
    }

    function testFuzz_V15_Accrue_OftenNeverChargesMoreThanOnce(uint256 first, uint256 second) public {
        (first, second) = (bound(first, 0, 900 days), bound(second, 0, 900 days));
        uint256 snapshot = vm.snapshotState();
        _skipTo(first + second);
        vault.accrue();
        uint256 once = vault.balanceOf(feeRecipient);
        vm.revertToState(snapshot);

        _skipTo(first);
        vault.accrue();
        _skipTo(second);
        vault.accrue();

        assertLe(vault.balanceOf(feeRecipient), once + 2);
    }

    /* PERFORMANCE */

    function test_Accrue_ChargesPerformanceAboveTheMark() public {
        _gain(100_000e6);
        // a tenth of 99,999.999999: NAV per share rounds down; 1e18 · fee / (NAV − fee)
        uint256 shares = uint256(SHARES) * 9_999_999_999 / 1_090_000_000_001;
        uint256 mark = (uint256(1_100_000e6 + 1) * 1e24 - 1) / (SHARES + shares + 1e6) + 1;

        vm.expectEmit(address(vault));
        emit IVault.FeesAccrued(0, shares, mark);
        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), shares);
        assertEq(vault.feeState().mark, mark);
        assertApproxEqAbs(vault.convertToAssets(shares), 10_000e6, 2, "a tenth of the gain");
    }

    function test_Accrue_RaisesTheMarkWhereTheGainIsFree() public {
        mandate.tighten(Limit.PerformanceFee, 0);
        _gain(100_000e6);
        uint256 mark = (uint256(1_100_000e6 + 1) * 1e24 - 1) / (SHARES + 1e6) + 1;

        vm.expectEmit(address(vault));
        emit IVault.FeesAccrued(0, 0, mark);
        vault.accrue();

        assertEq(vault.feeState().mark, mark);
    }

    function test_Accrue_ChargesAGainOnce() public {
        _gain(100_000e6);
        vault.accrue();
        uint256 minted = vault.balanceOf(feeRecipient);

        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), minted);
    }

    function test_V9_WhoEntersBelowTheMarkPaysNothingUntilItIsPassed() public {
        _rebalance(VOL_25);
        book.set(MARKET, 3000e8);
        vault.accrue();
        uint256 mark = vault.feeState().mark;
        uint256 minted = vault.balanceOf(feeRecipient);
        book.set(MARKET, PRICE);
        _deposit(bob, CASH);

        book.set(MARKET, 2500e8); // a gain for bob, not for the vault
        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), minted);
        assertEq(vault.feeState().mark, mark);
    }

    function test_V9_TransfersChargeNothing() public {
        _gain(100_000e6);
        vault.accrue();
        uint256 supply = vault.totalSupply();

        vm.prank(alice);
        vault.transfer(bob, SHARES);
        vault.accrue();

        assertEq(vault.totalSupply(), supply);
    }

    /* RATES */

    function test_V9_RaisedRateDoesNotReachBack() public {
        skip(365 days);
        mandate.loosen(Limit.ManagementFee, 500);
        book.set(MARKET, PRICE);
        vault.accrue();
        assertEq(vault.balanceOf(feeRecipient), YEARLY, "the rate before");
        assertEq(vault.feeState().managementFeeBps, 500);

        _skipTo(365 days);
        vault.accrue();

        // 0.05 / 0.95 of all shares there were
        assertEq(vault.balanceOf(feeRecipient), YEARLY + (SHARES + YEARLY) / 19);
    }

    function test_V9_LoweredRateHoldsForTheTimeBeforeToo() public {
        skip(365 days);
        mandate.tighten(Limit.ManagementFee, 0);
        book.set(MARKET, PRICE);

        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), 0);
    }

    function test_V9_RaisedPerformanceRateDoesNotReachBack() public {
        _gain(100_000e6);
        mandate.loosen(Limit.PerformanceFee, 3000);

        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), uint256(SHARES) * 9_999_999_999 / 1_090_000_000_001);
        assertEq(vault.feeState().performanceFeeBps, 3000);
    }

    /* WITHOUT PRICES */

    function test_Accrue_ChargesManagementOnlyWhilePricesAreHalted() public {
        _gain(100_000e6);
        skip(365 days);
        book.halt(MARKET);

        vm.expectEmit(address(vault));
        emit IVault.FeesAccrued(YEARLY, 0, 1e18);
        vault.accrue();
    }

    function test_V9_GainDuringAHaltIsChargedAtTheLowestRateSeen() public {
        _gain(100_000e6);
        book.halt(MARKET);
        mandate.tighten(Limit.PerformanceFee, 0);
        vault.accrue();
        mandate.loosen(Limit.PerformanceFee, 3000);
        vault.accrue();
        assertEq(vault.feeState().performanceFeeBps, 0);

        book.set(MARKET, PRICE);
        vault.accrue();

        assertEq(vault.balanceOf(feeRecipient), 0);
        assertEq(vault.feeState().performanceFeeBps, 3000);
    }

    function test_ExitInKind_ChargesWhatIsDueFirst() public {
        _skipTo(365 days);

        vm.prank(alice);
        uint256[] memory amounts = vault.exitInKind(SHARES, alice, alice);

        assertEq(amounts[0], CASH * SHARES / (SHARES + YEARLY + 1e6));
    }

    /* FEE SHARES */

    function test_FeeShares_CountAtOnceAndAreMintedLater() public {
        _skipTo(365 days);
        uint256 worth = vault.convertToAssets(SHARES);

        _deposit(bob, 1e6);

        assertEq(vault.balanceOf(feeRecipient), 0, "not minted");
        assertEq(vault.feeState().feeShares, YEARLY, "charged");
        assertEq(vault.totalSupply(), SHARES + vault.balanceOf(bob), "supply is what people hold");
        assertApproxEqAbs(vault.convertToAssets(SHARES), worth, 2001, "bob's spread at most");
        assertEq(worth, (CASH + 1) * SHARES / (SHARES + YEARLY + 1e6));

        uint256 price = vault.convertToAssets(SHARES);
        vault.accrue();
        assertEq(vault.balanceOf(feeRecipient), YEARLY);
        assertEq(vault.convertToAssets(SHARES), price, "minting changes nothing");
    }

    function test_V9_WhoEntersAfterAGainDoesNotPayForIt() public {
        _gain(500_000e6);

        uint256 shares = _deposit(bob, CASH);

        // all but the spread of 20 bp, most of which stays with alice
        assertApproxEqAbs(vault.convertToAssets(shares), 998_000e6 + 800e6, 100e6);
        assertGe(vault.convertToAssets(shares), 998_000e6);
    }

    function testFuzz_Previews_AreWhatExecutionGives(uint256 elapsed, uint256 price, uint256 amount) public {
        _rebalance(VOL_25);
        skip(bound(elapsed, 0, 400 days));
        book.set(MARKET, uint128(bound(price, 500e8, 10_000e8)));
        amount = bound(amount, 1e6, 100_000e6);

        uint256 previewed = vault.previewDeposit(amount);
        assertEq(_deposit(bob, amount), previewed, "deposit");

        skip(1 minutes);
        uint256 shares = vault.balanceOf(bob) / 3;
        previewed = vault.previewRedeem(shares);
        vm.startPrank(bob);
        assertEq(vault.redeem(shares, bob, bob), previewed, "redeem");

        skip(1 minutes);
        previewed = vault.previewWithdraw(amount / 3);
        assertEq(vault.withdraw(amount / 3, bob, bob), previewed, "withdraw");

        skip(1 minutes);
        previewed = vault.previewMint(shares);
        base.mint(bob, previewed);
        base.approve(address(vault), previewed);
        assertEq(vault.mint(shares, bob), previewed, "mint");
    }

    /* EMPTY VAULT */

    function test_V3_MarkStartsAgainInAnEmptyVault() public {
        _gain(1_000_000e6);
        vault.accrue();
        assertGt(vault.feeState().mark, 1.9e18);
        uint256 feeShares = vault.balanceOf(feeRecipient);
        vm.prank(feeRecipient);
        vault.exitInKind(feeShares, feeRecipient, feeRecipient);
        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);
        uint256 left = vault.idle();

        vault.accrue();

        assertEq(vault.feeState().mark, (left + 1) * 1e18);
        assertEq(vault.totalSupply(), 0);
    }

    function test_V3_MarkFallsInAVaultThatIsLeftAfterALoss() public {
        _rebalance(VOL_25);
        book.set(MARKET, 10 * PRICE);
        vault.accrue();
        assertGt(vault.feeState().mark, 4e18);
        book.set(MARKET, PRICE / 10);
        uint256 feeShares = vault.balanceOf(feeRecipient);
        vm.prank(feeRecipient);
        vault.exitInKind(feeShares, feeRecipient, feeRecipient);
        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);
        assertLe(vault.idle(), 1);

        vault.accrue();

        assertEq(vault.feeState().mark, (vault.idle() + 1) * 1e18);
    }
}
