// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {FeedId} from "../interfaces/ISignalFeed.sol";
import {IVault, Position, VaultParams} from "../interfaces/IVault.sol";
import {Vault} from "./Vault.sol";
import {MoodyToken, VaultFixture} from "./VaultFixture.t.sol";

contract VaultTest is VaultFixture {
    uint256 private constant CASH = 1_000_000e6;
    uint256 private constant SHARES = 1_000_000e12; // share decimals = base decimals + 6

    /* CREATION */

    function test_Constructor_AnnouncesPositions() public {
        vm.expectEmit();
        emit IVault.PositionAdded(0, address(token), MARKET, FEED);
        Vault created = new Vault(_vaultParams());

        assertEq(created.name(), "Calm SPX");
        assertEq(created.symbol(), "cSPX");
        assertEq(created.decimals(), 12);
        assertEq(created.asset(), address(base));
        assertEq(address(created.mandate()), address(mandate));
        assertEq(address(created.priceBook()), address(book));
        assertEq(address(created.signalFeed()), address(feed));
        assertEq(created.positions(), 1);
        assertEq(created.position(0).token, address(token));
        assertEq(FeedId.unwrap(created.position(0).feed), FeedId.unwrap(FEED));
    }

    function test_RevertWhen_PositionTokenIsTheBaseAsset() public {
        VaultParams memory params = _vaultParams();
        params.positions[0].token = address(base);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 0, base));
        new Vault(params);
    }

    function test_RevertWhen_PositionTokenIsTheVaultItself() public {
        address self = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        VaultParams memory params = _vaultParams();
        params.positions[0].token = self;

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 0, self));
        new Vault(params);
    }

    function test_RevertWhen_FeedForecastsAnotherMarket() public {
        VaultParams memory params = _vaultParams();
        params.positions[0].market = MarketId.wrap("BTC/USD");
        book.set(MarketId.wrap("BTC/USD"), PRICE);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 0, token));
        new Vault(params);
    }

    function test_RevertWhen_PositionCountDiffersFromTheMandate() public {
        VaultParams memory params = _vaultParams();
        params.positions = new Position[](2);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionCountInvalid.selector, 2, 1));
        new Vault(params);
    }

    function test_RevertWhen_PositionsAreNoneOrMoreThanEight() public {
        _expectCountInvalid(0);
        _expectCountInvalid(9);
    }

    function _expectCountInvalid(uint256 count) private {
        VaultParams memory params = _withPositions(count);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionCountInvalid.selector, count, count));
        new Vault(params);
    }

    function test_Constructor_TakesEightPositions() public {
        VaultParams memory params = _withPositions(8);
        for (uint256 i; i < 8; ++i) {
            address each = address(new MoodyToken("ONE", uint8(i)));
            params.positions[i] = Position({token: each, market: MARKET, feed: FEED});
        }

        Vault created = new Vault(params);

        assertEq(created.positions(), 8);
        assertEq(created.position(7).token, params.positions[7].token);
    }

    /// Under a mandate for as many; ours are for one to eight, another might not be.
    function _withPositions(uint256 count) private returns (VaultParams memory params) {
        vm.mockCall(address(mandate), abi.encodeCall(mandate.positions, ()), abi.encode(count));
        params = _vaultParams();
        params.positions = new Position[](count);
    }

    function test_RevertWhen_MarketIsUnknown() public {
        VaultParams memory params = _vaultParams();
        params.positions[0].market = MarketId.wrap("BTC/USD");
        feed.create(FEED, MarketId.wrap("BTC/USD"));

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.MarketUnknown.selector, bytes32("BTC/USD")));
        new Vault(params);
    }

    function test_RevertWhen_TokenHasTooManyDecimals() public {
        MoodyToken fine = new MoodyToken("FINE", 25);
        VaultParams memory params = _vaultParams();
        params.positions[0].token = address(fine);

        vm.expectRevert(abi.encodeWithSelector(IVault.TooManyDecimals.selector, fine, 25));
        new Vault(params);
    }

    function test_RevertWhen_ReadingUnknownPosition() public {
        bytes memory unknown = abi.encodeWithSelector(IVault.PositionInvalid.selector, 1, address(0));

        vm.expectRevert(unknown);
        vault.position(1);
        vm.expectRevert(unknown);
        vault.holding(1);
        vm.expectRevert(unknown);
        vault.weightBps(1);
    }

    /* ENTER */

    function test_Deposit_MintsAMillionSharesAUnit() public {
        base.mint(alice, CASH);
        vm.startPrank(alice);
        base.approve(address(vault), CASH);

        vm.expectEmit(address(vault));
        emit IERC4626.Deposit(alice, bob, CASH, SHARES);
        uint256 shares = vault.deposit(CASH, bob, SHARES, block.timestamp);

        assertEq(shares, SHARES);
        assertEq(vault.balanceOf(bob), SHARES);
        assertEq(vault.idle(), CASH);
        assertEq(vault.totalAssets(), CASH);
    }

    function test_Mint_TakesAssetsRoundedUp() public {
        base.mint(alice, 1);
        vm.startPrank(alice);
        base.approve(address(vault), 1);

        assertEq(vault.mint(1, alice), 1);
    }

    function test_RevertWhen_SharesFallBelowTheMinimum() public {
        base.mint(alice, CASH);
        vm.startPrank(alice);
        base.approve(address(vault), CASH);

        vm.expectRevert(abi.encodeWithSelector(IVault.SharesBelowMin.selector, SHARES, SHARES + 1));
        vault.deposit(CASH, alice, SHARES + 1, block.timestamp);
    }

    function test_RevertWhen_DepositDeadlineHasPassed() public {
        vm.expectRevert(
            abi.encodeWithSelector(IVault.DeadlinePassed.selector, block.timestamp - 1, block.timestamp)
        );
        vault.deposit(CASH, alice, 0, block.timestamp - 1);
    }

    function test_V12_RevertWhen_DepositedTokenTakesAFee() public {
        base.mint(alice, 100e6);
        base.setMood(MoodyToken.Mood.TakesFee);
        vm.startPrank(alice);
        base.approve(address(vault), 100e6);

        vm.expectRevert(abi.encodeWithSelector(IVault.TransferNotExact.selector, base, 99e6, 100e6));
        vault.deposit(100e6, alice);
    }

    /* LEAVE IN CASH */

    function test_Redeem_PaysFromIdle() public {
        _deposit(alice, CASH);

        uint256 paid = 249_000e6; // a quarter, less 40 bp

        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(alice, bob, alice, paid, SHARES / 4);
        vm.prank(alice);
        uint256 assets = vault.redeem(SHARES / 4, bob, alice, paid, block.timestamp);

        assertEq(assets, paid);
        assertEq(base.balanceOf(bob), paid);
        assertEq(vault.idle(), CASH - paid);
    }

    function test_Redeem_IsBoundedByIdle() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        uint256 cash = vault.idle();

        assertEq(vault.maxWithdraw(alice), cash);
        assertEq(vault.maxRedeem(alice), 604_804_905507_000000); // 602,385.685885 / 0.996, down

        vm.startPrank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxWithdraw.selector, alice, cash + 1, cash)
        );
        vault.withdraw(cash + 1, alice, alice);

        vault.withdraw(cash, alice, alice);
        assertEq(vault.idle(), 0);
        assertEq(vault.maxRedeem(alice), 0);
    }

    function test_Redeem_BySpenderUsesItsAllowance() public {
        _deposit(alice, CASH);
        vm.prank(alice);
        vault.approve(bob, SHARES / 2);

        vm.startPrank(bob);
        vault.redeem(SHARES / 2, bob, alice);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 0, 1));
        vault.redeem(1, bob, alice);
    }

    function test_RevertWhen_AssetsFallBelowTheMinimum() public {
        _deposit(alice, CASH);

        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.AssetsBelowMin.selector, CASH, CASH + 1));
        vault.redeem(SHARES, alice, alice, CASH + 1, block.timestamp);
    }

    function test_RevertWhen_RedeemDeadlineHasPassed() public {
        vm.expectRevert(
            abi.encodeWithSelector(IVault.DeadlinePassed.selector, block.timestamp - 1, block.timestamp)
        );
        vault.redeem(1, alice, alice, 0, block.timestamp - 1);
    }

    function test_Permit_AllowsASpender() public {
        (address owner, uint256 key) = makeAddrAndKey("owner");
        _deposit(owner, CASH);
        bytes32 permitType =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(permitType, owner, bob, SHARES, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", vault.DOMAIN_SEPARATOR(), message)));

        vault.permit(owner, bob, SHARES, block.timestamp, v, r, s);

        vm.prank(bob);
        assertEq(vault.redeem(SHARES, bob, owner), CASH);
    }

    /* OLD AND HALTED PRICES */

    function test_Maxima_AreZeroWhenThePriceIsTooOldToEnter() public {
        _deposit(alice, CASH);
        skip(10 minutes);
        assertEq(vault.maxDeposit(alice), type(uint128).max - CASH);

        skip(1);

        _assertMaximaAreZero();
        assertEq(vault.totalAssets(), CASH, "still valued");
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxDeposit.selector, alice, 1, 0));
        vault.deposit(1, alice);
    }

    function test_Value_RevertsByNameWhenThePriceIsTooOld() public {
        _deposit(alice, CASH);
        uint256 observedAt = block.timestamp;
        skip(5 days + 1);

        _assertMaximaAreZero();
        _assertNoValue(abi.encodeWithSelector(IPriceBook.PriceTooOld.selector, MARKET, observedAt, 5 days));
    }

    function test_Value_RevertsByNameWhenTheMarketIsHalted() public {
        _deposit(alice, CASH);
        book.halt(MARKET);

        _assertMaximaAreZero();
        _assertNoValue(
            abi.encodeWithSelector(IPriceBook.MarketIsHalted.selector, MARKET, IPriceBook.HaltReason.Disagreement)
        );
    }

    function test_Value_RevertsByNameWhenNobodyHasObservedThePrice() public {
        vm.warp(0);
        book.set(MARKET, PRICE);
        vm.warp(1 hours); // younger than any age

        _assertMaximaAreZero();
        _assertNoValue(abi.encodeWithSelector(IPriceBook.PriceTooOld.selector, MARKET, 0, 5 days));

        vm.warp(1);
        book.set(MARKET, PRICE);
        assertEq(vault.totalAssets(), 0, "in the first second there is");
    }

    function test_Value_IsBelievedUpTo128Bits() public {
        _createVault(8, 0);
        _deposit(alice, 5);
        token.mint(address(vault), 1);
        vault.skim(address(token));

        book.set(MARKET, type(uint128).max);

        assertEq(vault.totalAssets(), 5 + uint256(type(uint128).max));
    }

    function test_RevertWhen_AValueTakes129Bits() public {
        _createVault(8, 0);
        _deposit(alice, 5);
        token.mint(address(vault), 2);
        vault.skim(address(token));

        book.set(MARKET, 2 ** 127);

        vm.expectRevert(abi.encodeWithSelector(IVault.ValueTooLarge.selector, MARKET, type(uint128).max));
        vault.totalAssets();
    }

    /// The product with the base unit is 2^256 times a whole number.
    function test_RevertWhen_AValueTakesMoreThanAWord() public {
        _createVault(24, 0);
        _deposit(alice, 5);
        token.mint(address(vault), 2 ** 116);
        vault.skim(address(token));

        book.set(MARKET, 2 ** 116);

        vm.expectRevert(abi.encodeWithSelector(IVault.ValueTooLarge.selector, MARKET, type(uint128).max));
        vault.totalAssets();
    }

    function _assertMaximaAreZero() private view {
        assertEq(vault.maxDeposit(alice), 0, "maxDeposit");
        assertEq(vault.maxMint(alice), 0, "maxMint");
        assertEq(vault.maxWithdraw(alice), 0, "maxWithdraw");
        assertEq(vault.maxRedeem(alice), 0, "maxRedeem");
    }

    function _assertNoValue(bytes memory reason) private {
        bytes[8] memory calls = [
            abi.encodeCall(vault.totalAssets, ()),
            abi.encodeCall(vault.convertToAssets, (1)),
            abi.encodeCall(vault.convertToShares, (1)),
            abi.encodeCall(vault.previewDeposit, (1)),
            abi.encodeCall(vault.previewMint, (1)),
            abi.encodeCall(vault.previewWithdraw, (1)),
            abi.encodeCall(vault.previewRedeem, (1)),
            abi.encodeCall(vault.weightBps, (0))
        ];
        for (uint256 i; i < calls.length; ++i) {
            (bool success, bytes memory answer) = address(vault).call(calls[i]);

            assertFalse(success);
            assertEq(answer, reason);
        }
    }

    function test_Value_FollowsThePrice() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25); // 198.807157057654075546 tokens

        book.set(MARKET, 3000e8);

        // 602,385.685885 + floor(198.807157057654075546 · 3000)
        assertEq(vault.totalAssets(), 602_385_685885 + 596_421_471172);
        assertEq(vault.weightBps(0), 4975);
    }

    function test_V2_PreviewDeposit_RoundsTheSpreadUp() public {
        _deposit(alice, CASH);

        assertEq(vault.previewDeposit(1), 0, "one base unit is its own spread");
        assertEq(vault.previewDeposit(2), 1e6);
    }

    function test_V2_PreviewRedeem_RoundsTheSpreadUp() public {
        _deposit(alice, CASH);

        assertEq(vault.previewRedeem(1e6), 0, "one base unit is its own spread");
        assertEq(vault.previewRedeem(2e6), 1);
    }

    /// Seven base units, the virtual one included, for four million share units, the virtual ones included.
    function _unevenPrice() private {
        _deposit(alice, 3);
        base.mint(address(vault), 3);
        vault.skim(address(base));
    }

    function test_V2_Previews_RoundSharesAgainstTheCaller() public {
        _unevenPrice();

        assertEq(vault.previewDeposit(1000), 570_285714, "998 times four sevenths of a million, down");
        assertEq(vault.previewMint(1), 2, "a part of a unit, up, and its spread, up");
        assertEq(vault.previewRedeem(2e6), 2, "3.5 units, down, less their spread, up");
        assertEq(vault.previewWithdraw(1), 1_142858, "two units with the spread, up");
    }

    function test_PreviewWithdraw_OfAllThatThereIsAsksForNoMoreThanAllShares() public {
        _unevenPrice();

        // All three million are worth 5.25.
        assertEq(vault.previewWithdraw(5), 3e6);
        assertEq(vault.previewWithdraw(6), 4e6, "seven with the spread, which nobody has");
    }

    function test_MaxRedeem_IsRoundedDownToWhatCashPaysFor() public {
        _createVault(6, 0);
        _deposit(alice, 3);
        book.set(MARKET, 300); // 0.000003 base assets
        token.mint(address(vault), 1);
        vault.skim(address(token));

        // All shares are worth 5.25; three units without a spread to add are worth 3 · 4 / 7 of a million.
        assertEq(vault.maxRedeem(alice), 1_714285);
    }

    function test_MaxRedeem_OfAllThatThereIs() public {
        _deposit(alice, CASH);

        assertEq(vault.maxRedeem(alice), SHARES);
    }

    function test_Spread_IsTakenForASingleShareUnitOfOthers() public {
        _deposit(alice, 1);
        vm.prank(alice);
        vault.redeem(1e6 - 1, alice, alice); // worth less than a unit
        assertEq(vault.totalSupply(), 1);

        assertEq(vault.previewDeposit(1000), 499_000499, "998 for 1,000,001 share units over two");
        assertEq(vault.previewMint(1000e6), 2005, "2000, over 0.998, up");
    }

    function test_V2_PreviewWithdraw_RoundsTheSpreadUp() public {
        _deposit(alice, CASH);

        // One base unit and 40 bp of it are two units, at a million share units each.
        assertEq(vault.previewWithdraw(1), 2e6);
    }

    function test_PreviewWithdraw_OfMoreThanThereIsAsksForMoreSharesThanThereAre() public {
        _deposit(alice, CASH);

        assertEq(vault.previewWithdraw(2 * CASH), 2_008_032_128515e6); // 2,000,000 / 0.996, up
    }

    function test_Withdraw_OfAllThatThereIsPaysNoSpread() public {
        _deposit(alice, CASH);
        assertEq(vault.maxWithdraw(alice), CASH);

        vm.prank(alice);
        uint256 shares = vault.withdraw(CASH, alice, alice);

        assertEq(shares, SHARES);
        assertEq(base.balanceOf(alice), CASH);
    }

    /// All of them are worth more than cash, all but one, which pay the spread, less.
    function test_MaxRedeem_StopsShortOfTheLastShare() public {
        _deposit(alice, CASH);
        token.mint(address(vault), 1e18);
        vault.skim(address(token));

        uint256 shares = vault.maxRedeem(alice);

        assertEq(shares, SHARES - 1);
        vm.prank(alice);
        vault.redeem(shares, alice, alice);
        assertEq(vault.totalSupply(), 1);
    }

    /* LEAVE IN KIND */

    function test_ExitInKind_PaysAPartOfEverything() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        uint256 idle = vault.idle();
        uint256 held = vault.holding(0);
        uint256[] memory expected = new uint256[](2);
        // a quarter of the shares; the virtual million keeps its part
        expected[0] = idle * (SHARES / 4) / (SHARES + 1e6);
        expected[1] = held * (SHARES / 4) / (SHARES + 1e6);

        vm.expectEmit(address(vault));
        emit IVault.ExitedInKind(alice, bob, alice, SHARES / 4, expected);
        vm.prank(alice);
        uint256[] memory amounts = vault.exitInKind(SHARES / 4, bob, alice);

        assertEq(amounts, expected);
        assertEq(base.balanceOf(bob), expected[0]);
        assertEq(token.balanceOf(bob), expected[1]);
        assertEq(vault.idle(), idle - expected[0]);
        assertEq(vault.holding(0), held - expected[1]);
        assertEq(vault.totalSupply(), SHARES * 3 / 4);
    }

    function test_ExitInKind_PaysAsLittleAsOneUnit() public {
        _deposit(alice, 3);
        vm.startPrank(alice);

        vault.exitInKind(1.4e6, bob, alice); // 3 · 1.4 / (3 + 1)
        assertEq(base.balanceOf(bob), 1);

        base.setMood(MoodyToken.Mood.Reverts);
        vault.exitInKind(1.4e6, alice, alice); // 2 · 1.4 / (1.6 + 1)
        base.setMood(MoodyToken.Mood.Kind);
        assertEq(vault.claim(address(base), alice), 1);
    }

    function test_VLT4_ExitInKind_WorksWhileTheMarketIsHalted() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        book.halt(MARKET);
        skip(365 days);

        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);

        assertEq(vault.totalSupply(), 0);
        assertGt(token.balanceOf(alice), 198e18);
    }

    function test_VLT4_ExitInKind_WorksWhileAnAuctionIsLive() public {
        _deposit(alice, CASH);
        _signal(VOL_25);
        vault.open(0);

        vm.prank(alice);
        vault.exitInKind(SHARES / 2, alice, alice);

        (,, uint256 maxAmount,) = vault.quoteFill(0, 0);
        assertLt(maxAmount, 100e18, "the auction follows the smaller vault");
    }

    function test_V20_ExitInKind_SurvivesAnyTokenWithABoundedLoss() public {
        MoodyToken.Mood[4] memory moods = [
            MoodyToken.Mood.Reverts,
            MoodyToken.Mood.BurnsGas,
            MoodyToken.Mood.ReturnsBomb,
            MoodyToken.Mood.AnswersFalse
        ];
        for (uint256 i; i < moods.length; ++i) {
            _createVault(6, 18);
            _deposit(alice, CASH);
            _rebalance(VOL_25);
            token.setMood(moods[i]);
            uint256 held = vault.holding(0);

            uint256 gasBefore = gasleft();
            vm.prank(alice);
            uint256[] memory amounts = vault.exitInKind(SHARES / 2, bob, alice);

            assertLt(gasBefore - gasleft(), 550_000, "gas");
            assertEq(vault.claimOf(bob, address(token)), amounts[1], "claim");
            assertEq(vault.holding(0), held - amounts[1], "holding");
            assertEq(base.balanceOf(bob), amounts[0], "the other asset is paid");
        }
    }

    function test_V20_ExitInKind_SurvivesABrokenBaseAsset() public {
        _deposit(alice, CASH);
        base.setMood(MoodyToken.Mood.Reverts);

        vm.expectEmit(address(vault));
        emit IVault.ClaimAdded(alice, address(base), CASH - 1);
        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);

        assertEq(vault.claimOf(alice, address(base)), CASH - 1);
    }

    function test_V20_ExitInKind_AsksNothingOfATokenThatIsNotHeld() public {
        _deposit(alice, CASH);
        token.setMood(MoodyToken.Mood.Reverts);

        vm.recordLogs();
        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);

        assertEq(vm.getRecordedLogs().length, 3, "shares burned, base asset paid, the exit, and no claim to nothing");
    }

    function test_V20_ExitInKind_ReadsALongAnswerByItsFirstWord() public {
        _deposit(alice, CASH);
        vm.mockCall(address(base), abi.encodeWithSelector(base.transfer.selector), abi.encode(true, 7));

        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);

        assertEq(vault.claimOf(alice, address(base)), 0);
    }

    function test_V20_ExitInKind_SurvivesATokenWithoutCode() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        vm.etch(address(token), "");

        vm.prank(alice);
        uint256[] memory amounts = vault.exitInKind(SHARES, alice, alice);

        assertEq(vault.claimOf(alice, address(token)), amounts[1]);
    }

    function test_V7_RevertWhen_GasWouldStarveATransfer() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        bytes memory exit = abi.encodeCall(vault.exitInKind, (SHARES, alice, alice));

        vm.prank(alice);
        (bool success, bytes memory answer) = address(vault).call{gas: 350_000}(exit);

        assertFalse(success);
        assertEq(bytes4(answer), IVault.ExitGasTooLow.selector);
        (uint256 gas, uint256 minGas) = abi.decode(_arguments(answer), (uint256, uint256));
        assertLt(gas, minGas);
        assertEq(minGas, 314_761); // 300,000 · 64 / 63 + 10,000
    }

    function _arguments(bytes memory answer) private pure returns (bytes memory arguments) {
        arguments = new bytes(answer.length - 4);
        for (uint256 i; i < arguments.length; ++i) {
            arguments[i] = answer[i + 4];
        }
    }

    function test_RevertWhen_ExitingInKindToNobody() public {
        _deposit(alice, CASH);

        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.ReceiverInvalid.selector, address(0)));
        vault.exitInKind(SHARES, address(0), alice);
    }

    function test_RevertWhen_ExitingInKindWithoutAllowance() public {
        _deposit(alice, CASH);

        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 0, SHARES));
        vault.exitInKind(SHARES, bob, alice);
    }

    /* CLAIMS */

    function test_Claim_PaysOnceTheTokenWorksAgain() public {
        uint256 amount = _claimOfBob();
        token.setMood(MoodyToken.Mood.Kind);

        vm.expectEmit(address(vault));
        emit IVault.Claimed(bob, address(token), amount);
        vm.prank(bob);
        assertEq(vault.claim(address(token), alice), amount);

        assertEq(token.balanceOf(alice), amount);
        assertEq(vault.claimOf(bob, address(token)), 0);
        token.mint(address(vault), 5);
        assertEq(vault.skim(address(token)), 5, "no longer set aside");
    }

    function test_RevertWhen_NothingCanBeClaimed() public {
        uint256 amount = _claimOfBob();
        token.setMood(MoodyToken.Mood.Kind);

        vm.expectRevert(abi.encodeWithSelector(IVault.ClaimMissing.selector, alice, token));
        vm.prank(alice);
        vault.claim(address(token), alice);

        vm.startPrank(bob);
        assertEq(vault.claim(address(token), bob), amount);
        vm.expectRevert(abi.encodeWithSelector(IVault.ClaimMissing.selector, bob, token));
        vault.claim(address(token), bob);
    }

    function test_Claim_IsNobodysSurplus() public {
        _claimOfBob();

        assertEq(vault.skim(address(token)), 0);
        assertEq(token.balanceOf(address(vault)), vault.holding(0) + vault.claimOf(bob, address(token)));
    }

    function _claimOfBob() private returns (uint256 amount) {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        token.setMood(MoodyToken.Mood.Reverts);
        vm.prank(alice);
        amount = vault.exitInKind(SHARES / 2, bob, alice)[1];
    }

    /* DONATIONS */

    function test_Skim_SaysNothingOfNothing() public {
        _deposit(alice, CASH);

        vm.recordLogs();
        assertEq(vault.skim(address(base)), 0);

        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Skim_AddsDonationsForAllShares() public {
        _deposit(alice, CASH);
        base.mint(address(vault), 500e6);
        token.mint(address(vault), 1e18);
        assertEq(vault.totalAssets(), CASH, "outside the ledger");

        vm.expectEmit(address(vault));
        emit IVault.Skimmed(address(base), 500e6);
        assertEq(vault.skim(address(base)), 500e6);
        vm.expectEmit(address(vault));
        emit IVault.Skimmed(address(token), 1e18);
        assertEq(vault.skim(address(token)), 1e18);

        assertEq(vault.totalAssets(), CASH + 500e6 + 2000e6);
        assertEq(vault.skim(address(base)), 0, "once");
    }

    function test_V1_Skim_WaitsForTheFirstShare() public {
        base.mint(address(vault), 500e6);
        assertEq(vault.skim(address(base)), 0);

        _deposit(alice, 1000e6);
        vault.skim(address(base));

        // all but the virtual shares' billionth
        assertEq(vault.maxWithdraw(alice), 1500e6 - 1);
    }

    function test_RevertWhen_SkimmingAForeignToken() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 1, address(this)));
        vault.skim(address(this));
    }

    /* V1 INFLATION */

    function test_V1_InflationNeverPaysAtAnyDecimals() public {
        uint8[5] memory decimals = [0, 6, 8, 18, 24];
        for (uint256 i; i < decimals.length; ++i) {
            _createVault(decimals[i], 18);
            _assertInflationFails(1000 * baseUnit, 1_000_000 * baseUnit);
        }
    }

    function testFuzz_V1_InflationNeverPays(uint256 victimAssets, uint256 donation) public {
        _assertInflationFails(bound(victimAssets, 1, 1e30), bound(donation, 0, 1e36));
    }

    /// The attacker holds the first share, then donates ahead of the victim's deposit.
    function _assertInflationFails(uint256 victimAssets, uint256 donation) private {
        address attacker = bob;
        uint256 attackerShares = _deposit(attacker, 1);
        base.mint(address(vault), donation);
        vault.skim(address(base));

        uint256 victimShares = _deposit(alice, victimAssets);

        uint256 attackerGets = vault.convertToAssets(attackerShares);
        uint256 victimLoses = victimAssets - vault.convertToAssets(victimShares);
        uint256 spread = (victimAssets * 20 + 1e4 - 1) / 1e4; // which goes to all shares
        assertLe(attackerGets, 1 + donation + spread, "no profit");
        assertLe(victimLoses, spread + 1 + (donation + 2) / 1e6, "a millionth of the donation");
    }

    /* V2 ROUNDING, V3 EMPTY VAULT */

    function testFuzz_V2_ConversionsRoundForTheVault(uint256 nav, uint256 price, uint256 x) public {
        _deposit(alice, bound(nav, 2e6, 1e18));
        _rebalance(VOL_25);
        book.set(MARKET, uint128(bound(price, 1e8, 1e13)));
        x = bound(x, 0, 1e24);

        assertLe(vault.previewRedeem(vault.previewDeposit(x)), x, "deposit, redeem");
        assertLe(vault.previewDeposit(vault.previewRedeem(x)), x, "redeem, deposit");
        assertGe(vault.previewMint(vault.previewWithdraw(x)), x, "withdraw, mint");
        assertGe(vault.previewWithdraw(vault.previewMint(x)), x, "mint, withdraw");
        assertLe(vault.convertToAssets(vault.totalSupply()), vault.totalAssets(), "VLT-1");
    }

    function testFuzz_VLT2_NavPerShareNeverFalls(uint256 price, uint256 assets, uint256 part) public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        book.set(MARKET, uint128(bound(price, 1e8, 1e13)));
        uint256 navPerShare = _navPerShare();

        uint256 shares = _deposit(bob, bound(assets, 1, 1e15));
        assertGe(_navPerShare(), navPerShare, "deposit");

        navPerShare = _navPerShare();
        vm.startPrank(bob);
        vault.redeem(bound(part, 0, vault.maxRedeem(bob)), bob, bob);
        assertGe(_navPerShare(), navPerShare, "redemption");

        navPerShare = _navPerShare();
        vault.transfer(alice, vault.balanceOf(bob) / 2);
        assertEq(_navPerShare(), navPerShare, "transfer");
        assertLe(vault.balanceOf(bob), shares);
    }

    /// Base units that 10^30 shares would be worth, far below a share's rounding.
    function _navPerShare() private view returns (uint256) {
        return (vault.totalAssets() + 1) * 1e30 / (vault.totalSupply() + 1e6);
    }

    function test_V2_ManySmallOperationsNeverProfit() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        book.set(MARKET, 1999_12345678);
        base.mint(bob, 1e6);
        vm.startPrank(bob);
        base.approve(address(vault), type(uint256).max);

        for (uint256 i; i < 70; ++i) {
            uint256 shares = vault.deposit(8 + i % 2, bob);
            vault.redeem(shares / 2, bob, bob);
            vault.mint(shares / 3, bob);
            vault.withdraw(vault.maxWithdraw(bob), bob, bob);
        }

        assertLe(base.balanceOf(bob) + vault.convertToAssets(vault.balanceOf(bob)), 1e6);
    }

    function test_V3_EmptiedVaultStartsAgain() public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        vm.prank(alice);
        vault.exitInKind(SHARES, alice, alice);
        assertEq(vault.totalSupply(), 0);

        uint256 shares = _deposit(bob, CASH);

        assertApproxEqAbs(vault.convertToAssets(shares), CASH, 2);
    }

    function test_V3_VaultThatLostEverythingStillOpens() public {
        _deposit(alice, CASH);
        _rebalance(VOL_6_25);
        uint256 cash = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdraw(cash, alice, alice);
        book.set(MARKET, 1);

        _deposit(bob, 1000e6);

        assertLe(vault.maxWithdraw(bob), 1000e6);
    }

    /* ERC-4626 MAXIMA */

    function testFuzz_Maxima_AreTruthful(uint256 price, uint256 assets) public {
        _deposit(alice, CASH);
        _rebalance(VOL_25);
        book.set(MARKET, uint128(bound(price, 1e8, 1e13)));
        _deposit(bob, bound(assets, 1e6, 1e15));

        uint256 maxAssets = vault.maxWithdraw(bob);
        uint256 maxShares = vault.maxRedeem(bob);
        vm.startPrank(bob);
        uint256 snapshot = vm.snapshotState();
        vault.withdraw(maxAssets, bob, bob);
        assertEq(base.balanceOf(bob), maxAssets);

        vm.revertToState(snapshot);
        vault.redeem(maxShares, bob, bob);
        assertEq(base.balanceOf(bob), maxAssets);
    }

    function test_MaxDeposit_CanBeDeposited() public {
        _deposit(alice, vault.maxDeposit(alice) - 1e6);
        base.mint(bob, 1e6);
        vm.startPrank(bob);
        base.approve(address(vault), 1e6);

        vault.mint(vault.maxMint(bob), bob);

        assertEq(vault.maxDeposit(bob), 0);
    }
}
