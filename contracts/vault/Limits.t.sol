// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IAuction} from "../interfaces/IAuction.sol";
import {Limit, MandateParams, ShareTerms} from "../interfaces/IMandate.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {Level} from "../interfaces/ISignalFeed.sol";
import {IVault, VaultParams} from "../interfaces/IVault.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";
import {VaultFixture} from "./VaultFixture.t.sol";

/// A base asset with ERC-2612.
contract PermitToken is ERC20Permit {
    constructor() ERC20("Permit", "PRM") ERC20Permit("Permit") {}

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

// Creation
// ├── when spreads are below the slippage: reverts
// ├── when slippage is not above the venue's fee and a price's deviation: reverts
// └── when a market's name does not fit, or a token is the vault itself: reverts
// Entry
// ├── given a pause, or NAV at the cap: maxima are zero, deposits revert, exits work
// ├── given other shares: the spread stays with them
// └── with a permit: used when good, ignored when used already
// Signal
// ├── given it is stale: no purchases; after the unwind delay everything is sold
// ├── given newer ones at another level: neither hides the other
// └── given the feed never published, or its ring holds none at an accepted level: sold at once
// Limits of trading
// ├── given the drawdown is exceeded: sells, never buys
// ├── given little turnover or loss budget: amounts are cut to it, and such a fill passes
// ├── given requested exits: only what they did not need counts
// ├── given whole units that matter: turnover and loss are counted up
// └── given none: not due
// Price beyond belief
// └── values revert by name, the exit in kind works
contract LimitsTest is VaultFixture {
    uint256 private constant CASH = 1_000_000e6;
    uint256 private constant SHARES = 1_000_000e12;

    /* CREATION */

    function _expectCreationFails(MandateParams memory limits, ShareTerms memory terms, bytes memory reason) private {
        mandate = new Mandate(address(manager), limits, terms, feeRecipient, _allocations());
        VaultParams memory created = _vaultParams();
        vm.expectRevert(reason);
        new Vault(created);
    }

    function test_RevertWhen_SpreadsAreBelowTheSlippage() public {
        ShareTerms memory terms = _shareTerms();
        terms.exitSpreadBps = 39;

        _expectCreationFails(
            _mandateParams(), terms, abi.encodeWithSelector(IVault.VaultParamInvalid.selector, bytes32("spreadBps"), 59, 60)
        );
    }

    function test_RevertWhen_SlippageLeavesNoRoomForFeeAndDeviation() public {
        MandateParams memory limits = _mandateParams();
        limits.venueFeeBps = 10; // and 50 of deviation

        _expectCreationFails(
            limits, _shareTerms(), abi.encodeWithSelector(IVault.VaultParamInvalid.selector, bytes32("slippageBps"), 60, 60)
        );
    }

    function test_RevertWhen_MarketNameIsTooLong() public {
        VaultParams memory created = _vaultParams();
        MarketId long = MarketId.wrap("SIXTEEN BYTE/USD");
        book.set(long, PRICE);
        feed.create(FEED, long);
        created.positions[0].market = long;

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 0, token));
        new Vault(created);
    }

    /* ENTRY */

    function test_Deposit_LeavesTheSpreadToTheOthers() public {
        _deposit(alice, CASH);

        uint256 shares = _deposit(bob, 1000e6);

        assertEq(shares, 998e12, "20 bp less");
        assertEq(vault.convertToAssets(SHARES), CASH + 1_998005, "2 for 1,000,998 shares");
    }

    function test_DepositCap_BoundsNav() public {
        _deposit(alice, CASH);
        mandate.lowerDepositCap(uint128(CASH + 10e6));
        assertEq(vault.maxDeposit(bob), 10e6);
        assertEq(vault.maxMint(bob), 9.98e12);

        vm.expectRevert(
            abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxDeposit.selector, bob, 10e6 + 1, 10e6)
        );
        vault.deposit(10e6 + 1, bob);

        _deposit(bob, 10e6);
        assertEq(vault.maxDeposit(bob), 0);
        assertEq(vault.maxMint(bob), 0);
    }

    function test_V11_PauseStopsEntryAndNoExit() public {
        _deposit(alice, CASH);
        mandate.pauseEntry();

        assertEq(vault.maxDeposit(bob), 0);
        assertEq(vault.maxMint(bob), 0);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxMint.selector, bob, 1, 0));
        vault.mint(1, bob);
        vm.startPrank(alice);
        vault.redeem(SHARES / 4, alice, alice);
        vault.exitInKind(SHARES / 4, alice, alice);
        vault.requestExit(SHARES / 4, alice);
        vm.stopPrank();

        skip(7 days);
        book.set(MARKET, PRICE);
        assertGt(vault.maxDeposit(bob), 0);
    }

    function test_DepositWithPermit_NeedsNoApproval() public {
        (address owner, Vault permitted, PermitToken asset, bytes32[3] memory signature) = _permitted();

        vm.prank(owner);
        uint256 shares = permitted.depositWithPermit(
            CASH, owner, SHARES, block.timestamp, uint8(uint256(signature[0])), signature[1], signature[2]
        );

        assertEq(shares, SHARES);
        assertEq(asset.allowance(owner, address(permitted)), 0);
    }

    function test_DepositWithPermit_WorksWhenSomebodyHasSentThePermitAlready() public {
        (address owner, Vault permitted, PermitToken asset, bytes32[3] memory signature) = _permitted();
        uint8 v = uint8(uint256(signature[0]));
        asset.permit(owner, address(permitted), CASH, block.timestamp, v, signature[1], signature[2]);

        vm.prank(owner);
        permitted.depositWithPermit(CASH, owner, SHARES, block.timestamp, v, signature[1], signature[2]);

        assertEq(permitted.balanceOf(owner), SHARES);
    }

    function test_RevertWhen_DepositWithPermitIsLate() public {
        vm.expectRevert(
            abi.encodeWithSelector(IVault.DeadlinePassed.selector, block.timestamp - 1, block.timestamp)
        );
        vault.depositWithPermit(1, alice, 0, block.timestamp - 1, 0, 0, 0);
    }

    function _permitted()
        private
        returns (address owner, Vault permitted, PermitToken asset, bytes32[3] memory signature)
    {
        uint256 key;
        (owner, key) = makeAddrAndKey("owner");
        asset = new PermitToken();
        VaultParams memory created = _vaultParams();
        created.asset = IERC20Metadata(address(asset));
        permitted = new Vault(created);
        asset.mint(owner, CASH);
        bytes32 permitType =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(permitType, owner, permitted, CASH, 0, block.timestamp));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", asset.DOMAIN_SEPARATOR(), message));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        signature = [bytes32(uint256(v)), r, s];
    }

    /* SIGNAL */

    function test_Unwind_SellsEverythingOnceTheDelayHasPassed() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        skip(7 days - 150); // six of age, one of delay; 150 s went by in the auction
        book.set(MARKET, PRICE);
        assertFalse(vault.isDue(0), "the last second of the delay");

        skip(1);
        vm.expectEmit(address(vault));
        emit IAuction.AuctionOpened(0, 1, -198_807157057654075546, 0, 3976, PRICE);
        vault.open(0);
        _fillAll();

        assertEq(vault.holding(0), 0);
        assertFalse(vault.isDue(0), "nothing left");
    }

    function test_Unwind_TakesSeveralAuctionsOfOneRound() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        skip(8 days);
        book.set(MARKET, PRICE);
        vault.open(0);
        _fill(100e18);

        skip(601);
        vault.open(0);
        _fillAll();

        assertEq(vault.holding(0), 0);
    }

    function test_Unwind_IsDueForAFeedThatNeverPublished() public {
        _deposit(alice, CASH);
        token.mint(address(vault), 10e18);
        vault.skim(address(token));

        assertEq(vault.previewOpen(0).remaining, -10e18);
        assertEq(vault.previewOpen(0).round, 0);
    }

    function test_Unwind_IsDueHoweverOftenTheFeedPublishesAtAnotherLevel() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        uint256 closedAt = block.timestamp - 150;
        for (uint256 day = 1; day <= 7; ++day) {
            vm.warp(closedAt + day * 1 days);
            _signal(VOL_12_5);
            feed.setLevel(FEED, Level.SCORED);
            book.set(MARKET, PRICE);
            assertFalse(vault.isDue(0), "until six days of age and one of delay are over");
        }

        skip(1);

        assertEq(vault.previewOpen(0).remaining, -198_807157057654075546);
        assertEq(vault.previewOpen(0).round, 1);
    }

    function test_Unwind_IsDueWhenTheRingHoldsNoAcceptedSignal() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        _signal(VOL_25);
        feed.setLevel(FEED, Level.SCORED);
        assertFalse(vault.isDue(0), "the accepted one is fresh");

        feed.forget(FEED);

        assertEq(vault.previewOpen(0).remaining, -198_807157057654075546);
        assertEq(vault.previewOpen(0).round, 0);
    }

    function test_Signal_AtAnotherLevelDoesNotHideAFreshOne() public {
        _deposit(alice, CASH);
        _signal(VOL_25);
        _signal(VOL_100);
        feed.setLevel(FEED, Level.SCORED);

        assertEq(vault.previewOpen(0).remaining, 198_807157057654075546);
        assertEq(vault.previewOpen(0).round, 1);
    }

    function test_Stale_BuysNothing() public {
        _deposit(alice, CASH);
        _signal(VOL_25);
        feed.setLevel(FEED, Level.SCORED);

        vm.expectRevert(abi.encodeWithSelector(IAuction.AuctionNotDue.selector, 0));
        vault.open(0);
    }

    /* DRAWDOWN */

    function test_Drawdown_SellsButNeverBuys() public {
        _deposit(alice, CASH);
        _rebalance(VOL_12_5); // 397.6 tokens, 79.5 % of NAV
        mandate.tighten(Limit.MaxDrawdown, 3900);
        book.set(MARKET, 1000e8); // NAV − 39.76 %
        _signal(VOL_6_25);
        assertFalse(vault.isDue(0), "no purchase");

        _signal(VOL_25);
        assertLt(vault.previewOpen(0).remaining, 0, "a sale");
    }

    function test_Drawdown_BuysDownToTheLimit() public {
        _deposit(alice, CASH - 1); // a mark without a remainder
        _rebalance(VOL_12_5);
        book.set(MARKET, 993e8);
        base.mint(address(vault), CASH * 6 / 10 - 1 - vault.totalAssets());
        vault.skim(address(base));
        _signal(VOL_6_25);
        assertGt(vault.previewOpen(0).remaining, 0, "exactly 40 % below the mark");

        book.set(MARKET, 993e8 - 1);
        assertFalse(vault.isDue(0), "below");
    }

    /* BUDGETS */

    function test_V6_TurnoverBudgetCutsTheAmount() public {
        _deposit(alice, CASH);
        mandate.tighten(Limit.TurnoverBudget, 1000); // a tenth of NAV
        _signal(VOL_25);

        vault.open(0);

        assertEq(vault.openAuction(0).remaining, 49.7e18, "a tenth of NAV less 60 bp");
        _fillAll();
        (uint256 turnoverLeft, uint256 lossLeft) = mandate.budgetsLeft(address(vault));
        assertEq(turnoverLeft, 1e6 - 993_803, "99,400 of 1,000,198.80, rounded up");
        assertEq(lossLeft, 1e5, "bought at a premium");
    }

    function test_V6_LossBudgetCutsTheAmountAtAWorsePrice() public {
        _deposit(alice, CASH);
        mandate.tighten(Limit.LossBudget, 10); // 1,000 of 1,000,000
        _signal(VOL_25);
        vault.open(0);
        (,, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(maxAmount, 198_807157057654075546, "nothing is lost at a premium");

        skip(600); // off = −60
        book.set(MARKET, PRICE);
        (,, maxAmount,) = vault.quoteFill(0, 0);
        // 994 / 0.006 = 165,666.666666 of base, 82.83 tokens
        assertEq(maxAmount, 82_833333333000000000);
        _fill(maxAmount);

        (, uint256 lossLeft) = mandate.budgetsLeft(address(vault));
        assertLt(lossLeft, 100, "used up but for the margin");
    }

    /// Whole units of value, and a price that does not divide a token.
    function test_V6_AmountsAreRoundedTowardCash() public {
        _createVault(0, 18);
        book.set(MARKET, 1999e8);
        _deposit(alice, 100_017);

        // 95,016 to hold, 95,016 to spend: 47.53…, over 1.006
        _signal(VOL_6_25);
        assertEq(vault.previewOpen(0).remaining, 47_248276225587943076);

        // 99,416 at the worst price, of which 0.1234 is 12,267
        mandate.tighten(Limit.TurnoverBudget, 1234);
        assertEq(vault.previewOpen(0).remaining, 6_136568284142071035);
    }

    function test_V6_LossBudgetIsRoundedDown() public {
        _createVault(0, 18);
        book.set(MARKET, 1999e8);
        _deposit(alice, 100_017);
        mandate.tighten(Limit.LossBudget, 10);
        _signal(VOL_25);
        vault.open(0);
        skip(600); // off = −60

        // 0.001 of 99,416 is 99; over 0.006 that is 16,500
        (,, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(maxAmount, 8_254127063531765882);
    }

    function test_V6_AmountThatMayLoseTheBudgetIsRoundedDown() public {
        _createVault(0, 18);
        book.set(MARKET, 1999e8);
        _deposit(alice, 100_017);
        mandate.tighten(Limit.LossBudget, 1);
        _signal(VOL_25);
        vault.open(0);
        skip(599); // off = −59

        // 0.0001 of 99,416 is 9; over 0.0059 that is 1,525.
        (,, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertEq(maxAmount, 0.762881440720360180e18);
    }

    function test_V6_SplittingAFillNeverBuysMoreBudget() public {
        _deposit(alice, CASH);
        mandate.tighten(Limit.TurnoverBudget, 1000);
        _signal(VOL_25);
        vault.open(0);

        uint256 traded;
        for (uint256 i; i < 20; ++i) {
            if (vault.openAuction(0).round == 0) {
                _signal(VOL_25);
                if (!vault.isDue(0)) break;
                vault.open(0);
            }
            (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
            if (maxAmount == 0) break;
            uint256 amount = maxAmount / 2 > minAmount ? maxAmount / 2 : maxAmount;
            _fill(amount);
            traded += amount;
        }

        assertGt(traded, 49.7e18, "several auctions");
        assertLe(traded, 50.01e18, "a tenth of NAV, which premiums have raised");
    }

    function test_V14_QuotedMaximumPassesTheMandate() public {
        _deposit(alice, CASH);
        mandate.tighten(Limit.LossBudget, 7);
        _signal(VOL_25);
        vault.open(0);
        skip(150);
        for (uint256 i; i < 2; ++i) {
            skip(150); // off = −20, −40
            book.set(MARKET, PRICE - uint128(i));
            (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
            assertGt(maxAmount, 0, "the margin is left");

            vm.expectRevert(abi.encodeWithSelector(IAuction.FillTooLarge.selector, maxAmount + 1, maxAmount));
            vault.fill(0, maxAmount + 1, 0, "");
            assertLe(minAmount, maxAmount);
            _fill(maxAmount);
        }

        // 7 bp of NAV at 20 bp each are 35 % of NAV; the rest went dearer
        assertApproxEqRel(vault.holding(0), 175e18, 0.01e18);
    }

    function test_V6_OnlyWhatRequestsDidNotNeedCounts() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25); // 397,614.314115 traded: 0.3976144 of NAV
        vm.prank(alice);
        vault.requestExit(SHARES * 7 / 10, alice);
        _signal(VOL_25);
        vault.open(0);
        skip(150);

        // Cash lacks 97,614.314115, for which 49.101767664 tokens are sold; down to 60 tokens it sells 138.80….
        (uint256 amount,) = _fillAll();
        assertEq(amount, 138_807157057654075546);

        // The others are worth 179,410.778788 of the 300,000 that stay: 0.5980360.
        (uint256 turnoverLeft,) = mandate.budgetsLeft(address(vault));
        assertEq(turnoverLeft, 20_000_000 - 3_976_144 - 5_980_360);
    }

    function test_VLT3_TurnoverAndLossOfAPurchaseAreCountedUp() public {
        _createVault(0, 18);
        _deposit(alice, 100_000);
        _signal(VOL_25);
        vault.open(0);
        skip(600); // off = −60

        // Worth 100.5 units, paid 101 of 101.103: 0.603 of a unit is the most that this can lose.
        assertEq(_fill(0.05025e18), 101);

        (uint256 turnoverLeft, uint256 lossLeft) = mandate.budgetsLeft(address(vault));
        assertEq(turnoverLeft, 20_000_000 - 10_101, "101 of 99,999, rounded up");
        assertEq(lossLeft, 100_000 - 101, "1 of 99,999, rounded up");
    }

    function test_VLT3_LossOfASaleIsCountedUp() public {
        _createVault(0, 18);
        _deposit(alice, 100_000);
        _rebalance(VOL_25);
        _signal(VOL_100);
        vault.open(0);
        skip(600); // off = −60

        // Worth 100.5 units, paid 100 for 99.897.
        assertEq(_fill(0.05025e18), 100);

        (, uint256 lossLeft) = mandate.budgetsLeft(address(vault));
        assertEq(lossLeft, 100_000 - 101, "1 of 99,999, rounded up");
    }

    /* PRICE BEYOND BELIEF */

    function test_VLT4_ExitInKind_SurvivesAPriceBeyondBelief() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        book.set(MARKET, type(uint128).max);

        assertEq(vault.maxRedeem(alice), 0);
        vm.expectRevert(abi.encodeWithSelector(IVault.ValueTooLarge.selector, MARKET, type(uint128).max));
        vault.totalAssets();
        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);

        assertGt(token.balanceOf(alice), 198e18);
    }
}
