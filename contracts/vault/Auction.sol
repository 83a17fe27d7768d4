// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {AuctionState, IAuction, IFillCallback} from "../interfaces/IAuction.sol";
import {MandateParams} from "../interfaces/IMandate.sol";
import {Signal} from "../interfaces/ISignalFeed.sol";
import {Ledger} from "./Ledger.sol";

// How the vault trades.
//
// DUE
// Once per position and signal round, when the weight is further than the band from its target.
//
// PRICE
// Starts better than the stored median and falls, linearly in time, to worse; the median is the one at the fill, since
// one fixed at opening would be a free option.
//
// AMOUNT
// What is left of the auction, and never past the target of the newest signal at the present price.
// Purchases are divided by 1 + slippage: at the worst price they still respect target, cap and cash floor.
//
// CALLBACK
// Ledger and lot are final before the first external call. Until the filler has delivered, no entry point works and no
// view that depends on NAV answers.
abstract contract Auction is Ledger, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeCast for int256;
    using SafeERC20 for IERC20;

    /// Where a position stands against its target.
    struct Gap {
        int256 amount; // token units to trade; positive: buy, negative: sell
        uint16 targetWeightBps;
        uint16 weightBps;
        uint32 round; // of the signal behind the target
        uint128 price;
        uint256 nav;
    }

    /// What a fill would do.
    struct Quote {
        bool isPurchase; // the vault buys
        int16 offBps;
        uint32 round;
        uint128 price;
        uint256 baseAmount;
        uint256 minAmount;
        uint256 maxAmount;
    }

    uint256 private constant MIN_FILL_PER_NAV = 1000; // smallest fill: a thousandth of NAV

    mapping(uint256 position => AuctionState) private lots; // the last auction of each, over or not

    bool internal transient isInsideFill;

    modifier outsideFill() {
        _checkOutsideFill();
        _;
    }

    function _checkOutsideFill() private view {
        require(!isInsideFill, InsideFill());
    }

    /* OPEN */

    /// @inheritdoc IAuction
    function open(uint256 position) external nonReentrant {
        (AuctionState memory lot, Gap memory gap) = _dueLot(position);

        lots[position] = lot;
        emit AuctionOpened(position, lot.round, gap.amount, gap.targetWeightBps, gap.weightBps, gap.price);
    }

    /// @inheritdoc IAuction
    function previewOpen(uint256 position) external view outsideFill returns (AuctionState memory lot) {
        (lot,) = _dueLot(position);
    }

    /// @inheritdoc IAuction
    function isDue(uint256 position) external view returns (bool) {
        try this.previewOpen(position) {
            return true;
        } catch {
            return false;
        }
    }

    function _dueLot(uint256 position) private view returns (AuctionState memory lot, Gap memory gap) {
        MandateParams memory params = mandate.params();
        gap = _gap(position, params);
        AuctionState memory last = lots[position];

        uint256 drift = gap.targetWeightBps > gap.weightBps
            ? gap.targetWeightBps - gap.weightBps
            : gap.weightBps - gap.targetWeightBps;
        bool isNews = gap.round > last.round && !_isLive(last, params);
        // The amount may be zero out of band: no cash above its floor, or a vault of dust.
        require(isNews && drift > params.bandBps && gap.amount != 0, AuctionNotDue(position));

        lot = AuctionState({round: gap.round, start: uint48(block.timestamp), remaining: gap.amount.toInt128()});
    }

    function _gap(uint256 position, MandateParams memory params) private view returns (Gap memory gap) {
        Holding storage held = _holding(position);
        Signal memory signal = signalFeed.latest(held.feed, params.maxSignalAge, params.levels);
        gap.round = signal.round;
        gap.price = _price(held, params.fillMaxAge);
        gap.nav = _nav(params.maxPriceAge);
        gap.targetWeightBps = mandate.targetWeightBps(position, signal.value);

        uint256 amount = ledger[address(held.token)];
        gap.weightBps = _weight(_toBase(held, amount, gap.price), gap.nav);
        uint256 wanted = _toTokens(held, gap.nav * gap.targetWeightBps / BPS, gap.price);
        gap.amount = wanted > amount
            ? _purchase(held, wanted - amount, params, gap).toInt256()
            : -(amount - wanted).toInt256();
    }

    /// As much of `wanted` as the cash above its floor pays for, at the worst price the auction may reach.
    function _purchase(Holding storage held, uint256 wanted, MandateParams memory params, Gap memory gap)
        private
        view
        returns (uint256)
    {
        uint256 cashFloor = Math.mulDiv(gap.nav, params.cashFloorBps, BPS, Math.Rounding.Ceil);
        uint256 affordable = _toTokens(held, Math.saturatingSub(idle(), cashFloor), gap.price);
        return Math.mulDiv(Math.min(wanted, affordable), BPS, BPS + params.slippageBps);
    }

    function _weight(uint256 value, uint256 nav) internal pure returns (uint16) {
        return nav == 0 ? 0 : uint16(Math.mulDiv(value, BPS, nav)); // safe: value <= nav
    }

    /* FILL */

    /// @inheritdoc IAuction
    function fill(uint256 position, uint256 amount, uint256 limit, bytes calldata data)
        external
        nonReentrant
        returns (uint256 baseAmount)
    {
        Quote memory quote = _quote(position, amount);
        baseAmount = quote.baseAmount;
        require(amount >= quote.minAmount, FillTooSmall(amount, quote.minAmount));
        require(amount <= quote.maxAmount, FillTooLarge(amount, quote.maxAmount));
        require(quote.isPurchase ? baseAmount >= limit : baseAmount <= limit, LimitExceeded(baseAmount, limit));

        IERC20 token = _holding(position).token;
        _record(position, token, amount, quote);

        if (quote.isPurchase) _exchange(base, baseAmount, token, amount, data);
        else _exchange(token, amount, base, baseAmount, data);
    }

    function _record(uint256 position, IERC20 token, uint256 amount, Quote memory quote) private {
        int256 tokenDelta = quote.isPurchase ? amount.toInt256() : -amount.toInt256();
        int256 baseDelta = quote.isPurchase ? -quote.baseAmount.toInt256() : quote.baseAmount.toInt256();

        lots[position].remaining -= tokenDelta.toInt128();
        ledger[address(token)] = (ledger[address(token)].toInt256() + tokenDelta).toUint256();
        ledger[address(base)] = (ledger[address(base)].toInt256() + baseDelta).toUint256();
        emit AuctionFilled(position, quote.round, msg.sender, tokenDelta, baseDelta, quote.price, quote.offBps);
    }

    function _exchange(IERC20 paidToken, uint256 paid, IERC20 owedToken, uint256 owed, bytes calldata data) private {
        isInsideFill = true;
        uint256 balanceBefore = owedToken.balanceOf(address(this));

        paidToken.safeTransfer(msg.sender, paid);
        if (data.length == 0) owedToken.safeTransferFrom(msg.sender, address(this), owed);
        else IFillCallback(msg.sender).onFill(address(paidToken), paid, address(owedToken), owed, data);

        uint256 received = owedToken.balanceOf(address(this)) - balanceBefore;
        require(received >= owed, Underpaid(received, owed));
        isInsideFill = false;
    }

    /* VIEWS */

    /// @inheritdoc IAuction
    function openAuction(uint256 position) external view returns (AuctionState memory lot) {
        lot = lots[position];
        if (!_isLive(lot, mandate.params())) delete lot;
    }

    /// @inheritdoc IAuction
    function quoteFill(uint256 position, uint256 amount)
        external
        view
        outsideFill
        returns (uint256 baseAmount, uint256 minAmount, uint256 maxAmount, int16 offBps)
    {
        Quote memory quote = _quote(position, amount);
        return (quote.baseAmount, quote.minAmount, quote.maxAmount, quote.offBps);
    }

    function _quote(uint256 position, uint256 amount) private view returns (Quote memory quote) {
        MandateParams memory params = mandate.params();
        AuctionState memory lot = lots[position];
        require(_isLive(lot, params), AuctionNotOpen(position));

        Holding storage held = _holding(position);
        Gap memory gap = _gap(position, params);
        quote.isPurchase = lot.remaining > 0;
        quote.round = lot.round;
        quote.price = gap.price;
        quote.offBps = _offBps(Math.saturatingSub(block.timestamp, lot.start), params);
        quote.maxAmount = _overlap(lot.remaining, gap.amount);
        uint256 smallest = _toTokens(held, gap.nav / MIN_FILL_PER_NAV, gap.price);
        quote.minAmount = Math.max(1, Math.min(quote.maxAmount, smallest));
        // Rounded in the vault's favour: it pays less, it is paid more. safe: |offBps| <= 1e3 < BPS
        quote.baseAmount = quote.isPurchase
            ? _cost(held, amount, gap.price, uint256(int256(BPS) - quote.offBps), Math.Rounding.Floor)
            : _cost(held, amount, gap.price, uint256(int256(BPS) + quote.offBps), Math.Rounding.Ceil);
    }

    function _isLive(AuctionState memory lot, MandateParams memory params) private view returns (bool) {
        return lot.remaining != 0 && block.timestamp <= uint256(lot.start) + params.auctionLife;
    }

    /// Signed basis points in the vault's favour, from +premium at opening to −slippage at the end.
    function _offBps(uint256 elapsed, MandateParams memory params) private pure returns (int16) {
        uint256 fallen = (uint256(params.premiumBps) + params.slippageBps) * elapsed / params.auctionLife;
        return int16(int256(uint256(params.premiumBps)) - int256(fallen)); // safe: both at most 2e3
    }

    /// The smaller of the two; nothing when the gap has turned to the other side.
    function _overlap(int256 remaining, int256 gap) private pure returns (uint256) {
        if ((remaining > 0) != (gap > 0)) return 0;
        return Math.min(SignedMath.abs(remaining), SignedMath.abs(gap));
    }
}
