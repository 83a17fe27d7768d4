// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {AuctionState, IAuction, IFillCallback} from "../interfaces/IAuction.sol";
import {Limit} from "../interfaces/IMandate.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {Level} from "../interfaces/ISignalFeed.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Vault} from "./Vault.sol";
import {MoodyToken, VaultFixture} from "./VaultFixture.t.sol";

/// Makes one call back into the vault while the vault waits for its payment, then pays.
contract ReentrantFiller is IFillCallback {
    Vault private immutable vault;
    bytes private call;
    uint256 private shortfall;
    uint256 public balanceInside;
    bool public wasAnswered;
    bytes public answer;

    constructor(Vault vault_) {
        vault = vault_;
    }

    function fill(uint256 amount, uint256 limit, bytes calldata call_, uint256 shortfall_) external returns (uint256) {
        (call, shortfall) = (call_, shortfall_);
        return vault.fill(0, amount, limit, "x");
    }

    function onFill(address paidToken, uint256, address owedToken, uint256 owed, bytes calldata) external {
        balanceInside = IERC20(paidToken).balanceOf(address(this));
        (wasAnswered, answer) = address(vault).call(call);
        IERC20(owedToken).transfer(address(vault), owed - shortfall);
    }
}

contract AuctionTest is VaultFixture {
    uint256 private constant CASH = 1_000_000e6;
    // 40 % of NAV is 200 tokens; bought for at most 1.006 times their value: 200e18 · 1e4 / 10060
    int128 private constant PURCHASE = 198_807157057654075546;
    // from there down to 50 tokens, a tenth of NAV
    int128 private constant SALE = -148_807157057654075546;

    function setUp() public override {
        super.setUp();
        _deposit(alice, CASH);
    }

    /* OPEN */

    function test_Open_StartsPurchaseOfTheGap() public {
        _signal(VOL_25);

        vm.expectEmit(address(vault));
        emit IAuction.AuctionOpened(0, 1, PURCHASE, 4000, 0, PRICE);
        vm.prank(bob);
        vault.open(0);

        _assertLot(1, PURCHASE);
    }

    function test_Open_StartsSaleOfTheGap() public {
        _rebalance(VOL_25);
        _signal(VOL_100);

        vm.expectEmit(address(vault));
        emit IAuction.AuctionOpened(0, 2, SALE, 1000, 3976, PRICE);
        vault.open(0);

        _assertLot(2, SALE);
    }

    /// A node may answer a view with the newest state under the time of the block before it.
    function test_Views_AnswerUnderTheTimeBeforeOpening() public {
        _signal(VOL_25);
        vault.open(0);
        (uint256 atOpening,,,) = vault.quoteFill(0, 1e18);

        vm.warp(block.timestamp - 1);

        assertEq(vault.openAuction(0).remaining, PURCHASE);
        (uint256 before,,,) = vault.quoteFill(0, 1e18);
        assertEq(before, atOpening);
        assertFalse(vault.isDue(0));
    }

    function test_Open_SellsEverythingAtTargetZero() public {
        _rebalance(VOL_25);
        mandate.tighten(Limit.TargetVol, 0);
        _signal(VOL_25);

        vault.open(0);

        _assertLot(2, -PURCHASE);
    }

    function test_Open_KeepsTheCashFloor() public {
        _signal(VOL_6_25);

        vault.open(0);

        _assertLot(1, 472_166998011928429423); // 475 tokens / 1.006
    }

    function test_Open_SellsForRequestsOfAllShares() public {
        _rebalance(VOL_25);
        _requestExit(vault.balanceOf(alice));
        _signal(VOL_25);

        // Nothing is left to have a part of.
        vm.expectEmit(address(vault));
        emit IAuction.AuctionOpened(0, 2, -PURCHASE, 4000, 0, PRICE);
        vault.open(0);
    }

    function test_WeightBps_OfAVaultOfDust() public {
        _createVault(6, 18);
        _deposit(alice, 1);
        token.mint(address(vault), 0.0005e18); // 1,000,000 base units
        vault.skim(address(token));
        vm.prank(alice);
        vault.withdraw(1, alice, alice);

        book.set(MARKET, PRICE / 1e6);
        assertEq(vault.totalAssets(), 1);
        assertEq(vault.weightBps(0), 1e4);

        book.set(MARKET, PRICE / 1e6 - 1);
        assertEq(vault.totalAssets(), 0);
        assertEq(vault.weightBps(0), 0);
    }

    function test_Open_OwesForASingleShareUnit() public {
        _requestExit(1);
        _signal(VOL_6_25);

        vault.open(0);

        // One base unit is owed, 5 % of the others are the floor: 949,999.999999 / 1.006 to spend
        _assertLot(1, 472_166998011431411530);
    }

    function test_Open_RoundsTheTargetTowardCash() public {
        _createVault(6, 0);
        _deposit(alice, 19_000e6);
        _signal(VOL_25);

        // 40 % of it are 3.8 tokens; two of three are paid for at the worst price.
        assertEq(vault.previewOpen(0).remaining, 2);
    }

    function test_Open_RoundsTheCashFloorUp() public {
        _createVault(0, 18);
        book.set(MARKET, 1000e8);
        _deposit(alice, 5000);
        token.mint(address(vault), 95.017e18);
        vault.skim(address(token));
        _signal(VOL_6_25);

        // 5 % of 100,017 are 5000.85: one unit is missing, which two bring at 60 bp less.
        assertEq(vault.previewOpen(0).remaining, -0.002e18);
    }

    function test_Open_SellsForAShortageOfOneUnit() public {
        _createVault(6, 0);
        _deposit(alice, 10_000e6);
        _rebalance(VOL_6_25); // three tokens, 4,000 of cash
        _requestExit(vault.balanceOf(alice) * 37 / 100);
        _signal(VOL_6_25);

        // Of the 6,300 that stay 95.23 % are in tokens, within the band; cash lacks 3,700 + 315 − 4,000.
        assertEq(vault.previewOpen(0).remaining, -1);
    }

    function test_Open_SellsAllThatIsWorthOneUnitForOneThatIsOwed() public {
        _createVault(0, 18);
        _deposit(alice, 1);
        token.mint(address(vault), 0.0009e18); // worth 1.8, counted as 1
        vault.skim(address(token));
        _requestExit(vault.balanceOf(alice));
        _signal(VOL_25);
        skip(6 days + 1);
        book.set(MARKET, PRICE);

        // Half of three is owed, of which one is there; at 60 bp less two bring the other.
        assertEq(vault.previewOpen(0).remaining, -0.0009e18);
    }

    function test_Open_WritesOneSlot() public {
        _signal(VOL_25);

        vm.record();
        vault.open(0);

        (, bytes32[] memory writes) = vm.accesses(address(vault));
        assertEq(writes.length, 1);
    }

    function test_Auction_TradesAsLittleAsOneUnit() public {
        _createVault(6, 0);
        _deposit(alice, 10_000e6);
        _signal(VOL_25); // two tokens; one of them is paid for at the worst price

        vault.open(0);
        assertEq(vault.openAuction(0).remaining, 1);

        assertEq(_fill(1), 1996e6);
        assertEq(vault.holding(0), 1);
    }

    function test_PreviewOpen_IsWhatOpenStores() public {
        _signal(VOL_25);

        AuctionState memory lot = vault.previewOpen(0);

        vault.open(0);
        assertEq(abi.encode(lot), abi.encode(vault.openAuction(0)));
    }

    function test_RevertWhen_WeightIsInsideTheBand() public {
        _rebalance(VOL_25); // 39.76 %
        _signal(VOL_25);

        _expectNotDue();
    }

    function test_RevertWhen_WeightIsExactlyTheBandAway() public {
        mandate.setBand(4000);
        _signal(VOL_25); // 40 % from nothing
        _expectNotDue();

        mandate.setBand(3999);
        assertTrue(vault.isDue(0));
    }

    function test_RevertGiven_RoundHasBeenTradedAlready() public {
        _rebalance(VOL_25);
        book.set(MARKET, PRICE / 4);

        _expectNotDue();
    }

    function test_RevertGiven_AuctionIsLive() public {
        _signal(VOL_25);
        vault.open(0);
        _signal(VOL_12_5);

        _expectNotDue();

        skip(601);
        assertTrue(vault.isDue(0), "once it is over");
    }

    function test_RevertGiven_TheGapIsLessThanAnyUnit() public {
        _createVault(6, 18);
        _deposit(alice, 1);
        _signal(VOL_25);

        _expectNotDue();
    }

    function test_RevertWhen_SignalIsOfAnotherLevel() public {
        _signal(VOL_25);
        feed.setLevel(FEED, Level.SCORED);

        _expectNotDue();
    }

    function test_RevertWhen_SignalIsTooOld() public {
        _signal(VOL_25);
        skip(6 days + 1);
        book.set(MARKET, PRICE);

        _expectNotDue();
    }

    function test_RevertWhen_PriceIsTooOldToTrade() public {
        _signal(VOL_25);
        uint256 observedAt = block.timestamp;
        skip(20 minutes + 1);

        _expectNotOpened(abi.encodeWithSelector(IPriceBook.PriceTooOld.selector, MARKET, observedAt, 20 minutes));
    }

    function test_RevertGiven_TheMarketIsHalted() public {
        _signal(VOL_25);
        book.halt(MARKET);

        _expectNotOpened(
            abi.encodeWithSelector(IPriceBook.MarketIsHalted.selector, MARKET, IPriceBook.HaltReason.Disagreement)
        );
    }

    function test_RevertWhen_OpeningUnknownPosition() public {
        _signal(VOL_25);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 1, address(0)));
        vault.open(1);
        assertFalse(vault.isDue(1));
    }

    function _expectNotDue() private {
        _expectNotOpened(abi.encodeWithSelector(IAuction.AuctionNotDue.selector, 0));
    }

    function _expectNotOpened(bytes memory reason) private {
        assertFalse(vault.isDue(0), "not due");
        vm.expectRevert(reason);
        vault.open(0);
    }

    function _assertLot(uint32 round, int128 remaining) private view {
        AuctionState memory lot = vault.openAuction(0);
        assertEq(lot.round, round, "round");
        assertEq(lot.start, block.timestamp, "start");
        assertEq(lot.remaining, remaining, "remaining");
    }

    /* PRICE */

    function test_Purchase_PaysMoreAsTimePasses() public {
        _signal(VOL_25);
        vault.open(0);
        uint256 amount = 100e18; // 200,000 at the oracle price

        _assertQuote(amount, 199_600e6, 20);
        skip(150);
        _assertQuote(amount, 200_000e6, 0);
        skip(449);
        _assertQuote(amount, 201_180e6, -59); // 20 - floor(80 · 599 / 600) = 20 - 79
        skip(1);
        _assertQuote(amount, 201_200e6, -60);
    }

    function test_Sale_AsksLessAsTimePasses() public {
        _rebalance(VOL_25);
        _signal(VOL_100);
        vault.open(0);
        uint256 amount = 100e18;

        _assertQuote(amount, 200_400e6, 20);
        skip(150);
        _assertQuote(amount, 200_000e6, 0);
        skip(450);
        _assertQuote(amount, 198_800e6, -60);
    }

    function test_Quote_RoundsInTheVaultsFavour() public {
        _signal(VOL_25);
        vault.open(0);
        assertEq(_quoteOf(1e12 - 1), 1995, "pays less than 1995.99");

        skip(150);
        _fillAll();
        _signal(VOL_100);
        vault.open(0);
        assertEq(_quoteOf(1e12 + 1), 2005, "asks more than 2004.00");
    }

    function test_RevertGiven_AuctionIsOver() public {
        bytes memory notOpen = abi.encodeWithSelector(IAuction.AuctionNotOpen.selector, 0);
        vm.expectRevert(notOpen);
        vault.fill(0, 1, 0, "");

        _signal(VOL_25);
        vault.open(0);
        skip(601);

        assertEq(abi.encode(vault.openAuction(0)), abi.encode(AuctionState(0, 0, 0)));
        vm.expectRevert(notOpen);
        vault.quoteFill(0, 1);
        vm.expectRevert(notOpen);
        vault.fill(0, 1, 0, "");
    }

    function test_RevertWhen_PriceIsTooOldToFill() public {
        uint256 observedAt = block.timestamp;
        skip(11 minutes);
        _signal(VOL_25);
        vault.open(0);
        skip(10 minutes);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.PriceTooOld.selector, MARKET, observedAt, 20 minutes));
        vault.fill(0, 100e18, 0, "");
    }

    function test_RevertWhen_SignalHasBecomeTooOldToBuyFor() public {
        _signal(VOL_25);
        skip(6 days);
        book.set(MARKET, PRICE);
        vault.open(0);
        skip(1);

        vm.expectRevert(abi.encodeWithSelector(IAuction.FillTooLarge.selector, 100e18, 0));
        vault.fill(0, 100e18, 0, "");
    }

    function _assertQuote(uint256 amount, uint256 baseAmount, int16 offBps) private view {
        (uint256 quoted,,, int16 off) = vault.quoteFill(0, amount);
        assertEq(quoted, baseAmount, "baseAmount");
        assertEq(off, offBps, "offBps");
    }

    function _quoteOf(uint256 amount) private view returns (uint256 baseAmount) {
        (baseAmount,,,) = vault.quoteFill(0, amount);
    }

    /* FILL */

    function test_Fill_PurchaseMovesLedgerAndTokens() public {
        _signal(VOL_25);
        vault.open(0);
        skip(75); // off = 20 - 80 · 75 / 600 = 10
        token.mint(filler, 100e18);
        vm.startPrank(filler);
        token.approve(address(vault), 100e18);

        vm.expectEmit(address(vault));
        emit IAuction.AuctionFilled(0, 1, filler, 100e18, -199_800e6, PRICE, 10);
        uint256 paid = vault.fill(0, 100e18, 199_800e6, "");

        assertEq(paid, 199_800e6);
        assertEq(base.balanceOf(filler), 199_800e6);
        assertEq(vault.idle(), CASH - 199_800e6);
        assertEq(vault.holding(0), 100e18);
        assertEq(vault.totalAssets(), CASH + 200e6, "the premium");
        assertEq(vault.openAuction(0).remaining, PURCHASE - 100e18);
    }

    function test_Fill_SaleMovesLedgerAndTokens() public {
        _rebalance(VOL_25);
        uint256 cash = vault.idle();
        _signal(VOL_100);
        vault.open(0);
        base.mint(filler, 200_400e6);
        vm.startPrank(filler);
        base.approve(address(vault), 200_400e6);

        vm.expectEmit(address(vault));
        emit IAuction.AuctionFilled(0, 2, filler, -100e18, 200_400e6, PRICE, 20);
        uint256 cost = vault.fill(0, 100e18, 200_400e6, "");

        assertEq(cost, 200_400e6);
        assertEq(token.balanceOf(filler), 100e18);
        assertEq(vault.idle(), cash + 200_400e6);
        assertEq(vault.holding(0), uint128(PURCHASE) - 100e18);
        assertEq(vault.openAuction(0).remaining, SALE + 100e18);
    }

    function test_Fill_EndsAuctionWhenNothingIsLeft() public {
        _rebalance(VOL_25);

        assertEq(vault.openAuction(0).round, 0);
        assertEq(vault.weightBps(0), 3976);
    }

    function test_Fill_LeavesNoAllowanceBehind() public {
        _rebalance(VOL_25);
        _rebalance(VOL_100);

        assertEq(base.allowance(address(vault), filler), 0);
        assertEq(token.allowance(address(vault), filler), 0);
    }

    function test_Fill_ThroughCallbackPaysFirst() public {
        _signal(VOL_25);
        vault.open(0);
        ReentrantFiller contractFiller = new ReentrantFiller(vault);
        token.mint(address(contractFiller), 100e18);

        uint256 paid = contractFiller.fill(100e18, 0, "", 0);

        assertEq(contractFiller.balanceInside(), paid);
        assertEq(vault.holding(0), 100e18);
    }

    function test_Fill_SettlesARequestOfOneShareUnit() public {
        _rebalance(VOL_25);
        _requestExit(1);
        skip(1);
        book.set(MARKET, PRICE);
        _signal(VOL_100);
        vault.open(0);

        _fillAll();

        (uint256 head,, uint256 shares) = vault.exitQueue();
        assertEq(head, 1);
        assertEq(shares, 0);
    }

    function _requestExit(uint256 shares) private {
        vm.prank(alice);
        vault.requestExit(shares, alice);
    }

    function test_RevertWhen_AmountIsTooSmallOrTooLarge() public {
        _signal(VOL_25);
        vault.open(0);
        (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(minAmount, 0.5e18, "0.1 % of 1,000,000");
        assertEq(maxAmount, uint128(PURCHASE));

        vm.expectRevert(abi.encodeWithSelector(IAuction.FillTooSmall.selector, 0.5e18 - 1, 0.5e18));
        vault.fill(0, 0.5e18 - 1, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IAuction.FillTooLarge.selector, maxAmount + 1, maxAmount));
        vault.fill(0, maxAmount + 1, 0, "");
    }

    function test_Fill_RoundsItsSmallestAmountDown() public {
        book.set(MARKET, 3000e8);
        _signal(VOL_25);
        vault.open(0);

        (, uint256 minAmount,,) = vault.quoteFill(0, 0);

        assertEq(minAmount, 0.333333333333333333e18);
    }

    function test_Fill_TakesTheRestHoweverSmall() public {
        _signal(VOL_25);
        vault.open(0);
        _fill(uint128(PURCHASE) - 7);

        (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(minAmount, 7);
        assertEq(maxAmount, 7);

        _fill(7);
        assertEq(vault.openAuction(0).round, 0);
    }

    function test_RevertWhen_LimitIsExceeded() public {
        _signal(VOL_25);
        vault.open(0);
        vm.expectRevert(abi.encodeWithSelector(IAuction.LimitExceeded.selector, 199_600e6, 199_600e6 + 1));
        vault.fill(0, 100e18, 199_600e6 + 1, "");

        skip(150);
        _fillAll();
        _signal(VOL_100);
        vault.open(0);
        vm.expectRevert(abi.encodeWithSelector(IAuction.LimitExceeded.selector, 200_400e6, 200_400e6 - 1));
        vault.fill(0, 100e18, 200_400e6 - 1, "");
    }

    function test_RevertWhen_CallbackUnderpays() public {
        _signal(VOL_25);
        vault.open(0);
        ReentrantFiller contractFiller = new ReentrantFiller(vault);
        token.mint(address(contractFiller), 100e18);

        vm.expectRevert(abi.encodeWithSelector(IAuction.Underpaid.selector, 100e18 - 1, 100e18));
        contractFiller.fill(100e18, 0, "", 1);
    }

    function test_V12_RevertWhen_OwedTokenTakesAFee() public {
        _signal(VOL_25);
        vault.open(0);
        token.mint(filler, 100e18);
        token.setMood(MoodyToken.Mood.TakesFee);

        vm.startPrank(filler);
        token.approve(address(vault), 100e18);
        vm.expectRevert(abi.encodeWithSelector(IAuction.Underpaid.selector, 99e18, 100e18));
        vault.fill(0, 100e18, 0, "");
    }

    /* TARGET AT THE FILL */

    function test_Fill_StopsAtTheTargetAtThePresentPrice() public {
        _signal(VOL_25);
        vault.open(0);
        _fill(100e18);
        book.set(MARKET, 3000e8); // 300,000 held of 1,100,400: 46,719 tokens short of 40 %

        (,, uint256 maxAmount,) = vault.quoteFill(0, 0);

        // nav = 800,400 + 300,000; wanted = 0.4 · nav / 3000 = 146.72; (146.72 - 100) / 1.006
        assertEq(maxAmount, 46_441351888667992047);
    }

    function test_Fill_StopsWhenTheGapHasTurned() public {
        _signal(VOL_25);
        vault.open(0);
        _fill(100e18);
        book.set(MARKET, 10_000e8);

        (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(maxAmount, 0);
        assertEq(minAmount, 1);

        vm.expectRevert(abi.encodeWithSelector(IAuction.FillTooLarge.selector, 1, 0));
        vault.fill(0, 1, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IAuction.FillTooSmall.selector, 0, 1));
        vault.fill(0, 0, 0, "");
    }

    function test_Fill_FollowsTheNewestSignalAndMandate() public {
        _signal(VOL_25);
        vault.open(0);

        mandate.lowerCap(0, 2000);
        (,, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(maxAmount, 99_403578528827037773); // 100 tokens / 1.006

        _signal(VOL_100);
        (,, maxAmount,) = vault.quoteFill(0, 0);
        assertEq(maxAmount, 49_701789264413518886); // 50 tokens / 1.006
    }

    function testFuzz_Purchase_NeverPassesTargetOrCashFloor(uint256 elapsed, uint256 price, uint256 vol) public {
        int64 signal = int64(-int256(bound(vol, 0, 6 << 32)));
        _signal(signal);
        vm.assume(vault.isDue(0));
        vault.open(0);
        book.set(MARKET, uint128(bound(price, 1000e8, 4000e8)));
        skip(bound(elapsed, 0, 600));

        _fillAll();

        assertLe(vault.weightBps(0), mandate.targetWeightBps(0, signal), "target");
        assertGe(vault.idle() * 1e4, vault.totalAssets() * 500, "cash floor");
    }

    function testFuzz_Fill_LeavesNoRestAtTheOpeningPrice(uint256 elapsed, uint256 vol) public {
        _signal(int64(-int256(bound(vol, 0, 6 << 32))));
        vm.assume(vault.isDue(0));
        vault.open(0);
        skip(bound(elapsed, 0, 600));

        _fillAll();

        assertEq(vault.openAuction(0).round, 0);
    }

    /* VLT-5 */

    function testFuzz_VLT5_KeepersTakeAtMostTheSlippage(uint256 seed) public {
        uint256 traded;
        uint256 fills;
        for (uint256 i; i < 12; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _signal([VOL_25, VOL_12_5, VOL_6_25, VOL_100][seed % 4]);
            if (vault.isDue(0)) vault.open(0);
            skip((seed >> 8) % 700);
            book.set(MARKET, PRICE);
            if (vault.openAuction(0).round == 0) continue;

            (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
            if (maxAmount == 0) continue;
            uint256 amount = bound(seed >> 32, minAmount, maxAmount);
            _fill(amount);
            traded += amount * 2000e6 / 1e18;
            ++fills;
        }

        assertGe(vault.totalAssets() + fills, CASH - traded * 60 / 1e4);
        assertEq(base.balanceOf(address(vault)), vault.idle());
        assertEq(token.balanceOf(address(vault)), vault.holding(0));
    }

    /* V4 REENTRANCY */

    function test_V4_CallbackCannotEnterAnyEntryPoint() public {
        bytes memory locked = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        address someone = address(1);

        _assertInside(abi.encodeCall(vault.open, (0)), locked);
        _assertInside(abi.encodeCall(vault.fill, (0, 1e18, 0, "")), locked);
        _assertInside(abi.encodeCall(vault.skim, (address(base))), locked);
        _assertInside(abi.encodeCall(vault.claim, (address(base), someone)), locked);
        _assertInside(abi.encodeCall(vault.exitInKind, (0, someone, someone)), locked);
        _assertInside(abi.encodeCall(vault.requestExit, (1, someone)), locked);
        _assertInside(abi.encodeCall(vault.cancelExit, (0)), locked);
        _assertInside(abi.encodeCall(vault.settleExits, (1)), locked);
        _assertInside(abi.encodeCall(vault.accrue, ()), locked);
        _assertInside(abi.encodeWithSignature("deposit(uint256,address)", 1, someone), locked);
        _assertInside(abi.encodeCall(vault.mint, (1, someone)), locked);
        _assertInside(abi.encodeCall(vault.withdraw, (1, someone, someone)), locked);
        _assertInside(abi.encodeWithSignature("redeem(uint256,address,address)", 1, someone, someone), locked);
    }

    function test_V4_CallbackCannotReadAShareOrTradePrice() public {
        bytes memory inside = abi.encodeWithSelector(IVault.InsideFill.selector);

        _assertInside(abi.encodeCall(vault.totalAssets, ()), inside);
        _assertInside(abi.encodeCall(vault.convertToAssets, (1e12)), inside);
        _assertInside(abi.encodeCall(vault.convertToShares, (1e6)), inside);
        _assertInside(abi.encodeCall(vault.previewDeposit, (1e6)), inside);
        _assertInside(abi.encodeCall(vault.previewMint, (1e12)), inside);
        _assertInside(abi.encodeCall(vault.previewWithdraw, (1e6)), inside);
        _assertInside(abi.encodeCall(vault.previewRedeem, (1e12)), inside);
        _assertInside(abi.encodeCall(vault.weightBps, (0)), inside);
        _assertInside(abi.encodeCall(vault.previewOpen, (0)), inside);
        _assertInside(abi.encodeCall(vault.quoteFill, (0, 1e18)), inside);
    }

    function test_V4_MaximaAreZeroInsideAFill() public {
        bytes memory zero = abi.encode(0);

        assertEq(_callInside(abi.encodeCall(vault.maxDeposit, (alice)), true), zero);
        assertEq(_callInside(abi.encodeCall(vault.maxMint, (alice)), true), zero);
        assertEq(_callInside(abi.encodeCall(vault.maxWithdraw, (alice)), true), zero);
        assertEq(_callInside(abi.encodeCall(vault.maxRedeem, (alice)), true), zero);
        assertEq(_callInside(abi.encodeCall(vault.isDue, (0)), true), abi.encode(false));
        assertGt(vault.maxRedeem(alice), 0, "open again after the fill");
    }

    function _assertInside(bytes memory call, bytes memory reason) private {
        assertEq(_callInside(call, false), reason);
    }

    /// Runs `call` from within a fill's callback and returns its answer.
    function _callInside(bytes memory call, bool isAnswered) private returns (bytes memory) {
        if (vault.openAuction(0).round == 0) {
            _signal(VOL_25);
            vault.open(0);
        }
        ReentrantFiller contractFiller = new ReentrantFiller(vault);
        token.mint(address(contractFiller), 1e18);
        contractFiller.fill(1e18, 0, call, 0);

        assertEq(contractFiller.wasAnswered(), isAnswered, "answered");
        return contractFiller.answer();
    }
}
