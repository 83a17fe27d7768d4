// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Limit} from "../interfaces/IMandate.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {ExitRequest, IVault} from "../interfaces/IVault.sol";
import {MoodyToken, VaultFixture} from "./VaultFixture.t.sol";

// Request
// ├── when there are no shares in it, or the caller may not spend them: reverts
// └── otherwise: the vault holds the shares, the queue remembers owner and time
// Cancel
// ├── when the request is another's, settled or cancelled: reverts
// ├── given prices are good and it is young: reverts
// └── given a halt, or it is older than the greatest price age: shares come back
// Settle
// ├── given prices cannot value the vault: reverts by name
// ├── given a price as old as the request: waits
// ├── given enough cash: pays a claim, spread withheld, unless they are all shares there are
// ├── given too little cash: pays the head in part, and nothing for dust
// ├── given a cancelled request: passes over it
// └── never looks at more than asked for; a fill looks at eight
// Sell for it
// ├── given cash is short: due in the next round even inside the band, at once while the signal is stale
// └── given budgets are used up: sells what requests need all the same, and only that
contract ExitsTest is VaultFixture {
    uint256 private constant CASH = 1_000_000e6;
    uint256 private constant SHARES = 1_000_000e12;

    function setUp() public override {
        super.setUp();
        _deposit(alice, CASH);
    }

    function _request(address owner, uint256 shares) private returns (uint256 id) {
        vm.prank(owner);
        id = vault.requestExit(shares, owner);
    }

    function _nextPrice() private {
        skip(1);
        book.set(MARKET, PRICE);
    }

    /* REQUEST */

    function test_RequestExit_EscrowsTheShares() public {
        vm.expectEmit(address(vault));
        emit IVault.ExitRequested(0, alice, SHARES / 4);
        uint256 id = _request(alice, SHARES / 4);

        assertEq(id, 0);
        assertEq(vault.balanceOf(address(vault)), SHARES / 4);
        ExitRequest memory request = vault.exitRequest(0);
        assertEq(request.owner, alice);
        assertEq(request.requestedAt, block.timestamp);
        assertEq(request.shares, SHARES / 4);
        (uint256 head, uint256 tail, uint256 shares) = vault.exitQueue();
        assertEq(head, 0);
        assertEq(tail, 1);
        assertEq(shares, SHARES / 4);
    }

    function test_RequestExit_BySpenderUsesItsAllowance() public {
        vm.prank(alice);
        vault.approve(bob, SHARES / 2);

        vm.startPrank(bob);
        vault.requestExit(SHARES / 2, alice);
        assertEq(vault.exitRequest(0).owner, alice, "paid to the owner of the shares");

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 0, 1));
        vault.requestExit(1, alice);
    }

    function test_RevertWhen_RequestingNothing() public {
        vm.expectRevert(IVault.SharesZero.selector);
        vault.requestExit(0, alice);
    }

    /* CANCEL */

    function test_RevertGiven_RequestIsYoungAndPricesAreGood() public {
        _request(alice, SHARES);
        uint256 cancellableAt = block.timestamp + 5 days + 1;
        _skipTo(5 days);

        vm.expectRevert(abi.encodeWithSelector(IVault.ExitNotCancellable.selector, 0, cancellableAt));
        vm.prank(alice);
        vault.cancelExit(0);
    }

    function test_CancelExit_ReturnsWhatIsOlderThanAnyPrice() public {
        _request(alice, SHARES);
        _skipTo(5 days + 1);

        vm.expectEmit(address(vault));
        emit IVault.ExitCancelled(0, alice, SHARES);
        vm.prank(alice);
        vault.cancelExit(0);

        assertEq(vault.balanceOf(alice), SHARES);
        (,, uint256 shares) = vault.exitQueue();
        assertEq(shares, 0);
    }

    function test_CancelExit_ReturnsASingleShareUnit() public {
        _request(alice, 1);
        _skipTo(5 days + 1);

        vm.prank(alice);
        vault.cancelExit(0);

        assertEq(vault.balanceOf(alice), SHARES);
    }

    function test_V11_CancelExit_WorksInAHaltAndLeavesTheExitInKind() public {
        _request(alice, SHARES);
        book.halt(MARKET);

        vm.startPrank(alice);
        vault.cancelExit(0);
        vault.exitInKind(SHARES, alice, alice);

        assertEq(base.balanceOf(alice), CASH - 1);
    }

    function test_RevertWhen_CancellingAnothersRequestOrTwice() public {
        _request(alice, SHARES);
        book.halt(MARKET);
        vm.expectRevert(abi.encodeWithSelector(IVault.ExitUnknown.selector, 0, bob));
        vm.prank(bob);
        vault.cancelExit(0);

        vm.startPrank(alice);
        vault.cancelExit(0);
        vm.expectRevert(abi.encodeWithSelector(IVault.ExitUnknown.selector, 0, alice));
        vault.cancelExit(0);
    }

    function _skipTo(uint256 duration) private {
        skip(duration);
        book.set(MARKET, PRICE);
    }

    /* SETTLE */

    function test_SettleExits_PaysAClaimFromIdleCash() public {
        _request(alice, SHARES / 4);
        _nextPrice();

        vm.expectEmit(address(vault));
        emit IVault.ExitSettled(0, alice, SHARES / 4, 249_000e6); // a quarter, less 40 bp
        vm.expectEmit(address(vault));
        emit IVault.ClaimAdded(alice, address(base), 249_000e6);
        vault.settleExits(8);

        assertEq(vault.claimOf(alice, address(base)), 249_000e6);
        assertEq(vault.idle(), 751_000e6);
        assertEq(vault.totalSupply(), SHARES * 3 / 4);
        assertEq(vault.balanceOf(address(vault)), 0);
        vm.prank(alice);
        vault.claim(address(base), bob);
        assertEq(base.balanceOf(bob), 249_000e6);
    }

    function test_V8_SettleExits_WaitsForAPriceObservedAfterTheRequest() public {
        _request(alice, SHARES / 4); // in the second the price was observed
        skip(1);

        vault.settleExits(8);
        assertEq(vault.claimOf(alice, address(base)), 0);

        book.set(MARKET, PRICE);
        vault.settleExits(8);
        assertEq(vault.claimOf(alice, address(base)), 249_000e6);
    }

    function test_SettleExits_WithholdsNoSpreadFromTheLastShares() public {
        _request(alice, SHARES);
        _nextPrice();

        vault.settleExits(8);

        assertEq(vault.claimOf(alice, address(base)), CASH);
        assertEq(vault.totalSupply(), 0);
    }

    function test_RevertGiven_PricesCannotValueTheVaultToSettle() public {
        book.halt(MARKET);

        vm.expectRevert(
            abi.encodeWithSelector(IPriceBook.MarketIsHalted.selector, MARKET, IPriceBook.HaltReason.Disagreement)
        );
        vault.settleExits(8);
    }

    function test_V10_SettleExits_IsFirstComeFirstServed() public {
        _deposit(bob, CASH);
        _request(bob, 100e12);
        _request(alice, 100e12);
        _nextPrice();

        vault.settleExits(1);

        assertGt(vault.claimOf(bob, address(base)), 0);
        assertEq(vault.claimOf(alice, address(base)), 0);
        (uint256 head,,) = vault.exitQueue();
        assertEq(head, 1);
    }

    function test_V10_SettleExits_PassesOverWhatWasCancelled() public {
        _request(alice, 100e12);
        book.halt(MARKET);
        vm.prank(alice);
        vault.cancelExit(0);
        _request(alice, 200e12);
        _nextPrice();

        vault.settleExits(1);
        assertEq(vault.claimOf(alice, address(base)), 0, "one place looked at");
        vault.settleExits(1);

        assertEq(vault.claimOf(alice, address(base)), 199.2e6);
    }

    function test_V10_SettleExits_SaysNothingOfWhatWasCancelled() public {
        _request(alice, 100e12);
        book.halt(MARKET);
        vm.prank(alice);
        vault.cancelExit(0);
        _nextPrice();

        vm.recordLogs();
        vault.settleExits(1);

        assertEq(vm.getRecordedLogs().length, 0);
        (uint256 head,,) = vault.exitQueue();
        assertEq(head, 1);
    }

    function test_V10_SettleExits_PaysTheHeadInPart() public {
        _rebalance(VOL_6_25);
        uint256 cash = vault.idle();
        _request(alice, SHARES / 2);
        _nextPrice();

        vault.settleExits(8);

        assertApproxEqAbs(vault.claimOf(alice, address(base)), cash, 1);
        // what half of the vault less 40 bp is worth, less what was paid
        assertApproxEqRel(vault.exitRequest(0).shares, SHARES / 2 - cash * 1e6 * 1e4 / 9960, 1e12);
        (uint256 head,,) = vault.exitQueue();
        assertEq(head, 0);
    }

    function test_V10_SettleExits_BurnsNothingForDustOfCash() public {
        _rebalance(VOL_6_25);
        _request(alice, SHARES / 2);
        _nextPrice();
        vault.settleExits(8);
        uint256 left = vault.exitRequest(0).shares;

        for (uint256 i; i < 5; ++i) {
            vault.settleExits(8);
        }

        assertEq(vault.exitRequest(0).shares, left);
    }

    function test_V10_SettleExits_SaysNothingOfDustOfCash() public {
        _rebalance(VOL_6_25);
        _request(alice, SHARES);
        _nextPrice();
        vault.settleExits(8);
        vault.accrue(); // the spread has raised the mark

        vm.recordLogs();
        vault.settleExits(8);

        assertEq(vault.idle(), 1);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_V10_SettleExits_WorthlessRequestBlocksNobody() public {
        _request(alice, 1);
        _request(alice, 100e12);
        _nextPrice();

        vault.settleExits(8);

        assertEq(vault.claimOf(alice, address(base)), 99.6e6);
    }

    function test_V10_ReceiverThatCannotBePaidBlocksNobody() public {
        _deposit(bob, CASH);
        _request(alice, 100e12);
        _request(bob, 100e12);
        base.setMood(MoodyToken.Mood.Reverts);
        _nextPrice();

        vault.settleExits(8);

        assertGt(vault.claimOf(alice, address(base)), 0);
        assertGt(vault.claimOf(bob, address(base)), 0);
    }

    /* SELL FOR IT */

    function test_RequestExit_MakesTheNextRoundSellInsideTheBand() public {
        _rebalance(VOL_25);
        _request(alice, SHARES);
        _nextPrice();
        assertFalse(vault.isDue(0), "this round has traded");

        _signal(VOL_25);
        vault.open(0);
        assertEq(vault.openAuction(0).remaining, -int256(vault.holding(0)), "all of it");
        _fillAll();

        assertEq(vault.holding(0), 0);
        assertEq(vault.totalSupply(), 0, "settled by the fill");
        // 602,385.685885 of cash and 397,614.314116 sold 20 bp dearer, up; one unit is the virtual shares'
        assertEq(vault.claimOf(alice, address(base)), 602_385_685885 + 398_409_542744 - 1);
    }

    function test_RequestExit_SellsAtOnceWhileTheSignalIsStale() public {
        _rebalance(VOL_25);
        _skipTo(6 days + 1);
        assertFalse(vault.isDue(0), "inside the unwind delay");
        _request(alice, SHARES);
        _nextPrice();

        assertTrue(vault.isDue(0));
    }

    function test_RequestExit_IsPaidWholeAtTheWorstPrice() public {
        _deposit(bob, CASH);
        _rebalance(VOL_6_25);
        _request(alice, SHARES);
        _nextPrice();
        _signal(VOL_6_25);
        vault.open(0);
        skip(600); // off = −60
        book.set(MARKET, PRICE);

        _fillAll();

        assertEq(vault.exitRequest(0).shares, 0);
        assertEq(vault.openAuction(0).round, 0);
    }

    function test_RequestExit_IsSoldForWhenBudgetsAreUsedUp() public {
        _deposit(bob, CASH);
        _rebalance(VOL_6_25);
        mandate.tighten(Limit.TurnoverBudget, 0);
        mandate.tighten(Limit.LossBudget, 0);
        _signal(VOL_25);
        assertFalse(vault.isDue(0), "nothing left for the signal");
        _request(alice, SHARES);
        _nextPrice();

        vault.open(0);
        skip(600);
        book.set(MARKET, PRICE);
        _fillAll();

        assertEq(vault.exitRequest(0).shares, 0);
        (,, uint256 maxAmount,) = _quoteOrNothing();
        assertEq(maxAmount, 0, "and no more than that");
    }

    function _quoteOrNothing() private view returns (uint256, uint256, uint256 maxAmount, int16) {
        if (vault.openAuction(0).round > 0) (,, maxAmount,) = vault.quoteFill(0, 0);
        return (0, 0, maxAmount, 0);
    }

    function test_Fill_SettlesEightAtMost() public {
        _rebalance(VOL_25);
        for (uint256 i; i < 9; ++i) {
            _request(alice, SHARES / 20);
        }
        _nextPrice();
        _signal(VOL_100);
        vault.open(0);

        _fillAll();

        (uint256 head, uint256 tail,) = vault.exitQueue();
        assertEq(head, 8);
        assertEq(tail, 9);
    }

    function testFuzz_Request_ReachesCashWithinOneRound(uint256 vol, uint256 part, uint256 price, uint256 wait) public {
        _deposit(bob, CASH);
        _rebalance(int64(-int256(bound(vol, 0, 6 << 32))));
        book.set(MARKET, uint128(bound(price, 500e8, 8_000e8)));
        _request(alice, bound(part, 1e6, SHARES));
        skip(1);
        (uint128 newest,,) = book.peek(MARKET);
        book.set(MARKET, newest);

        _signal(VOL_25);
        if (vault.isDue(0)) {
            vault.open(0);
            skip(bound(wait, 0, 600));
            book.set(MARKET, newest);
            (,, uint256 maxAmount,) = vault.quoteFill(0, 0);
            if (maxAmount > 0) _fill(maxAmount);
        }
        vault.settleExits(8);

        assertEq(vault.exitRequest(0).shares, 0);
        (,, uint256 pending) = vault.exitQueue();
        assertEq(pending, 0);
    }

    function test_RevertWhen_TheVaultItselfIsTheReceiver() public {
        bytes memory invalid = abi.encodeWithSelector(IVault.ReceiverInvalid.selector, address(vault));
        address self = address(vault);

        vm.expectRevert(invalid);
        vault.deposit(1, self);
        vm.expectRevert(invalid);
        vault.mint(1, self);
        vm.expectRevert(invalid);
        vault.withdraw(1, self, alice);
        vm.expectRevert(invalid);
        vault.redeem(1, self, alice);
        vm.expectRevert(invalid);
        vault.exitInKind(1, self, alice);
        vm.expectRevert(invalid);
        vault.claim(address(base), self);
    }
}
